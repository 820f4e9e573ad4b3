/**
 * Appending many commits so that the log has them in the order given, several on their way at once.
 * A log keeps the order of calls only as long as none of them has to wait for another of its group,
 * or to look up where its group ends. A summary is the first of its group.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Log, Position } from "../bus/bus.ts";
import { isSummaryText } from "../machines/commit.ts";
import type { Entry } from "./log-file.ts";

const appendsAtOnce = 256;
/** A log knows where the groups end that had one of its last appends. */
const knownAppends = 1_000;

/** Fails with BusError `corrupt` as soon as two are not in order, and otherwise as Log.append. */
export async function appendInOrder(
  log: Pick<Log, "append">,
  entries: readonly Entry[],
): Promise<void> {
  let last: Position = 0;
  for (const window of windowsOf(entries)) {
    const appends = window.map(({ gid, rev, text }) =>
      isSummaryText(text) ? log.append(gid, rev, text, 0) : log.append(gid, rev, text),
    );
    const results = await Promise.allSettled(appends);
    for (const result of results) {
      if (result.status === "rejected") throw result.reason;
      if (result.value < last) {
        throw new BusError("corrupt", `position ${result.value} was given out after ${last}`);
      }
      last = result.value;
    }
  }
}

/** Runs of entries that may be on their way at once. */
export function* windowsOf(entries: readonly Entry[]): Generator<readonly Entry[]> {
  const lastOf = new Map<string, number>();
  let window: Entry[] = [];
  let start = 0;
  for (const [index, entry] of entries.entries()) {
    const last = lastOf.get(entry.gid);
    const isFirst = entry.rev === 1 || isSummaryText(entry.text);
    const isKnown = isFirst || (last !== undefined && index - last < knownAppends);
    const isWaiting = last !== undefined && last >= start;
    if (window.length === appendsAtOnce || isWaiting || !isKnown) {
      if (window.length > 0) yield window;
      window = [];
      start = index;
    }
    window.push(entry);
    lastOf.set(entry.gid, index);
    if (isKnown) continue;
    yield window;
    window = [];
    start = index + 1;
  }
  if (window.length > 0) yield window;
}
