/** The users of a fleet, as a server is to know them. */
import { namesOf } from "../../bus/nats/names.ts";
import type { Role } from "./rights.ts";

export interface FleetUser {
  readonly role: Role;
  readonly user: string;
  /** Of a worker: its name. */
  readonly name?: string;
}

/** What the replies to a user begin with. */
export function inboxOf({ user }: FleetUser): string {
  return `_INBOX_${user}`;
}

/** The account that the nodes and the streams are in. */
function nodesAccount(prefix: string): string {
  return namesOf(prefix).bucket.toUpperCase().replaceAll("-", "_");
}

/** Each user has an account of its own, beside that of the nodes. */
export function accountOf(prefix: string, { role, user }: FleetUser): string {
  if (role === "node") return nodesAccount(prefix);
  return `${nodesAccount(prefix)}_${user.toUpperCase().replaceAll("-", "_")}`;
}

/** The variable of the server's environment that holds the user's password. */
export function passwordVariable(prefix: string, { user }: FleetUser): string {
  return `${nodesAccount(prefix)}_${user.toUpperCase().replaceAll("-", "_")}_PASSWORD`;
}
