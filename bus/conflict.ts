/**
 * The compare of compare-and-set, and its words: every adapter says no in the same way.
 */
import { BusError } from "./bus-error.ts";

/** Fails with `conflict` unless the group's last rev is the expected one. */
export function expectLastRev(gid: string, expected: number, last: number): void {
  if (expected === last) return;
  throw new BusError("conflict", `${gid}: expected last rev ${expected}, found ${last}`);
}

/** Fails with `conflict` unless `expect` is absent or the current version; 0 is "no value". */
export function expectVersion(key: string, expect: number | undefined, version: number): void {
  if (expect === undefined || expect === version) return;
  const text = `${key}: expected ${say(expect)}, found ${say(version)}`;
  throw new BusError("conflict", text, { found: version });
}

function say(version: number): string {
  return version === 0 ? "no value" : `version ${version}`;
}

/** Fails with `conflict` unless the feed's head is the expected one. */
export function expectHead(expected: number, head: number): void {
  if (expected === head) return;
  throw new BusError("conflict", `feed: expected head ${expected}, found ${head}`);
}
