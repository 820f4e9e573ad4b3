/**
 * A list of servers, as URLs and contexts have it: `nats://ann:secret@h1:4222,h2,tls://h3`.
 */
import { BusError } from "../bus-error.ts";
import type { Given } from "./given-settings.ts";
import { isServer } from "./nats-settings.ts";

const defaultPort = 4222;

/** What is not host:port is not quoted: it may be part of a password. */
const wellWritten =
  "write nats://host:4222,host:4222, and in a user, password or token : / ? # @ , and % as %3A " +
  "%2F %3F %23 %40 %2C and %25";

/**
 * The servers, each with its port, and who is to ask them. A user without a password stands for a
 * token. Fails with BusError `bad-url`, which tells no secret.
 */
export function parseServers(list: string): Given {
  const parts = list
    .replace(/(?<!\/)\/$/, "")
    .split(",")
    .map(parsePart);
  const owners = parts.flatMap(({ owner }) => (owner === undefined ? [] : [owner]));
  const [owner] = owners;
  if (owners.some((other) => other !== owner)) {
    throw new BusError("bad-url", "servers of several users: they have to be the same user's");
  }
  if (!parts.every(({ server }) => isServer(server))) {
    throw new BusError("bad-url", `a server is not host:port; ${wellWritten}`);
  }
  return {
    servers: parts.map(({ server }) => withPort(server)),
    ...(parts.some(({ scheme }) => scheme === "tls") ? { tls: "require" } : {}),
    ...(owner === undefined ? {} : ownerOf(owner)),
  };
}

interface Part {
  readonly scheme: string;
  /** What stands before the `@`. */
  readonly owner: string | undefined;
  readonly server: string;
}

function parsePart(part: string): Part {
  const [, scheme = "", rest = part] = /^\s*(nats|tls):\/\/([^]*?)\s*$/i.exec(part) ?? [];
  const at = rest.lastIndexOf("@");
  return {
    scheme: scheme.toLowerCase(),
    owner: at === -1 ? undefined : rest.slice(0, at),
    server: rest.slice(at + 1).trim(),
  };
}

function withPort(server: string): string {
  return /:\d+$/.test(server) ? server : `${server}:${defaultPort}`;
}

function ownerOf(owner: string): Given {
  const colon = owner.indexOf(":");
  if (colon === -1) return { user: decoded(owner) };
  return { user: decoded(owner.slice(0, colon)), password: decoded(owner.slice(colon + 1)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new BusError("bad-url", "a user, password or token has a % that is not %25");
  }
}
