/**
 * A commit as a message: subject `<prefix>.log.<gid>`, header `Job-Rev`, and the exact text.
 */
import { BusError } from "../bus-error.ts";
import type { Stored } from "../bus.ts";
import { textOf, tokenOf } from "../token.ts";
import type { Names } from "./names.ts";
import type { StoredMessage } from "./stored-message.ts";

export const revHeader = "Job-Rev";

/** What the commits of all groups are under. */
export function logSubjects(names: Names): string {
  return `${names.prefix}.log.*`;
}

export function logSubject(names: Names, gid: string): string {
  return `${names.prefix}.log.${tokenOf(gid)}`;
}

/** The commit. Fails with `corrupt` when the message is not one that Jobchart wrote. */
export function commitOf(names: Names, message: StoredMessage): Stored {
  const { seq, subject, fields, text } = message;
  const rev = fields.get(revHeader) ?? "";
  if (!/^[1-9]\d{0,14}$/.test(rev)) {
    throw corruptLog(names, `message ${seq} on ${subject} has no proper ${revHeader} header`, seq);
  }
  const gid = textOf(subject.slice(names.prefix.length + ".log.".length));
  return { position: seq, gid, rev: Number(rev), text };
}

/** Says which message of the log nobody of ours wrote, and what a human can do. */
export function corruptLog(names: Names, what: string, seq: number): BusError {
  const { log } = names.streams;
  return new BusError(
    "corrupt",
    `stream ${log}: ${what}. Jobchart did not write it so, and repaired nothing: find out who may ` +
      `publish there; a message of no group can be taken out with: nats stream rmm ${log} ${seq}`,
  );
}
