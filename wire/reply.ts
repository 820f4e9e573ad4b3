/**
 * Replies on the wire. What went well is JSON; what did not carries the micro-service headers
 * `Nats-Service-Error` (text) and `Nats-Service-Error-Code`, and in its body what our own clients
 * make the refusal or the error of again.
 */
import { isRefusal, type Reply } from "../actors/commands.ts";
import { BusError, type BusErrorCode } from "../bus/bus-error.ts";
import type { Message } from "../bus/bus.ts";
import { CommitError } from "../machines/commit.ts";
import type { Group } from "../machines/record.ts";
import { refusal, type Refusal } from "../machines/refusal.ts";

/** The body of a reply to an accepted request. */
interface AcceptedBody {
  readonly gid: string;
  readonly rev: number;
  readonly position: number;
  readonly group: Group;
}

/** What stands in an error's body. */
type ErrorBody = Refusal | { readonly code: BusErrorCode; readonly message: string };

/** Which code a refusal by this guard has; any other: 409, the verb is refused in this state. */
export const codeOfGuard: Readonly<Record<string, number>> = {
  exists: 404,
  form: 400,
  body: 400,
  verb: 400,
  spec: 400,
  args: 400,
  "args-size": 400,
  type: 400,
  "job-id": 400,
  "note-size": 400,
  "command-id": 400,
  "group-size": 400,
  require: 400,
  speed: 400,
  rev: 412,
  busy: 429,
};

/** Which code an error has; any other: 500, a human is needed. */
export const codeOfError: Partial<Record<BusErrorCode, number>> = {
  "too-large": 400,
  unavailable: 503,
  conflict: 503,
  closed: 503,
  full: 503,
  readonly: 503,
};

export function jsonMessage(value: unknown): Message {
  return { data: JSON.stringify(value), headers: {} };
}

/** The reply to a request about a member, or about all of the group. */
export function replyMessage(reply: Reply, uid?: string): Message {
  if (isRefusal(reply)) return refusalMessage(reply);
  const { gid, rev, position, group } = reply;
  const body: AcceptedBody = { gid, rev, position, group: only(group, uid) };
  return jsonMessage(body);
}

export function refusalMessage(refused: Refusal): Message {
  return errorMessage(codeOfGuard[refused.guard] ?? 409, refused.refused, refused);
}

/** What a request failed with. The text of what nobody foresaw stays with the node. */
export function failureMessage(error: unknown): Message {
  const { code, message } =
    error instanceof BusError || error instanceof CommitError
      ? error
      : { code: "unavailable" as const, message: "the node failed at this; its log says more" };
  return errorMessage(codeOfError[code] ?? 500, message, { code, message });
}

/** The group with that member alone. */
export function only(group: Group, uid: string | undefined): Group {
  if (uid === undefined) return group;
  return { ...group, jobs: group.jobs.filter((job) => job.uid === uid) };
}

function errorMessage(code: number, text: string, body: ErrorBody): Message {
  const headers = {
    "Nats-Service-Error": text.replaceAll(/[^\x20-\x7E]+/g, " "),
    "Nats-Service-Error-Code": String(code),
  };
  return { data: JSON.stringify(body), headers };
}

/** The value that a node replied. Fails with the BusError that it replied; `refused`: what a refusal becomes. */
export function valueOf<T>(message: Message, refused: (refusal: Refusal) => T): T {
  const body = parse(message.data);
  if (message.headers["Nats-Service-Error"] === undefined) return body as T;
  const error = body as Partial<Refusal> & { readonly code?: BusErrorCode; message?: string };
  if (error.guard === "busy") throw new BusError("unavailable", error.refused ?? "");
  if (error.refused !== undefined) return refused(error as Refusal);
  throw new BusError(error.code ?? "unavailable", error.message ?? "a node failed");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BusError("foreign", "a reply that is no JSON: who serves this is no node of ours", {
      cause,
    });
  }
}

/** The refusal of a body that is not what was expected. */
export function misshapen(text: string, verb: string): Refusal {
  return refusal(text, "body", verb);
}
