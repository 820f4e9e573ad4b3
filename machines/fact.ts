/**
 * The facts: what a commit is made of. One fact is one status change, or one change of a job's or
 * a group's data; `set` holds the fields that it changed, with their new values.
 */
import type { Job, Pruned } from "./record.ts";
import type { Status } from "./status.ts";

export const kinds = [
  "status",
  "decision",
  "vote",
  "acked",
  "claimed",
  "lost",
  "released",
  "wish",
  "speed",
  "change",
  "error",
  "noted",
  "damage",
  "void",
  "pruned",
] as const;
export type Kind = (typeof kinds)[number];

export type JobPatch = Partial<Omit<Job, "id" | "uid" | "status">>;

export interface Fact {
  /** The job's id; absent when the fact is about every member. */
  readonly job?: string;
  readonly uid?: string;
  readonly kind: Kind;
  /** Only on facts of kind `status`. */
  readonly from?: Status;
  readonly to?: Status;
  readonly set?: JobPatch;
  /** Only on facts of kind `pruned`: what is left of the group. */
  readonly pruned?: Pruned;
}
