/**
 * The log went backwards: it no longer holds a commit that this process knew, or is another log.
 * Nothing may be written on it any more. That is the whole process's trouble; a commit that cannot
 * be read, or does not fit on the one before it, is its group's alone (CommitError).
 */
import { BusError } from "../bus/bus-error.ts";
import type { Stored } from "../bus/bus.ts";
import { decode, expectNext } from "../machines/commit.ts";

export class WentBack extends BusError {
  /** `what` says which commit is gone, and what is there instead. */
  constructor(what: string) {
    super("corrupt", `${what}: the log went backwards, or is another one`);
  }
}

/**
 * Tells damage from another history, of bytes that are not those which were known in that place.
 * Fails with CommitError when they are no commit of it.
 */
export function expectCommitOf(
  { gid, rev }: Omit<Stored, "text" | "position">,
  text: string,
): void {
  const where = `group ${gid} rev ${rev}`;
  const commit = decode(text, where);
  expectNext({ gid, rev: rev - 1, head: commit.prev ?? null }, commit, where);
}
