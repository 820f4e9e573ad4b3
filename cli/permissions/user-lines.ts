/** Lines of nats-server's configuration that are about one user. */
import { defaultPrefix, type Names } from "../../bus/nats/names.ts";
import { inboxOf, passwordVariable, type FleetUser } from "./fleet-user.ts";
import type { Right, Rights } from "./rights.ts";

/** How a client says who it is, as a comment. */
export function clientUrl(names: Names, user: FleetUser, domainName: string): readonly string[] {
  const settings = [
    `inbox=${inboxOf(user)}`,
    ...(domainName === "" ? [] : [`domain=${domainName}`]),
    ...(names.prefix === defaultPrefix ? [] : [`prefix=${names.prefix}`]),
  ];
  return [`  # nats://${user.user}:PASSWORD@HOST:4222?${settings.join("&")}`];
}

/** The user and what it may do, but for the end of its braces. */
export function userLines(
  names: Names,
  user: FleetUser,
  { asks, hears }: Rights,
): readonly string[] {
  const inbox: Right = { subject: `${inboxOf(user)}.>`, why: "replies, which are its own" };
  const password = passwordVariable(names.prefix, user);
  return [
    `  { user: "${user.user}", password: $${password}, permissions: {`,
    ...listed("publish", asks.map(written)).map((line) => `    ${line}`),
    ...listed("subscribe", [inbox, ...hears].map(written)).map((line) => `    ${line}`),
  ];
}

function written({ subject, why }: Right): string {
  return `"${subject}" # ${why}`;
}

/** A list with its name; nothing where it is empty. */
export function listed(name: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  return [`  ${name}: [`, ...items.map((item) => `    ${item}`), "  ]"];
}
