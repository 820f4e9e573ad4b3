/**
 * Whether a feed is this log's own: where it ends, the log must hold that very event. A feed of
 * another history, as after a restore, would be gone on with as if nothing had happened.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Bus, FeedEntry, Log, Position, Stored } from "../bus/bus.ts";
import { decode, isSummaryText } from "../machines/commit.ts";
import { placeText } from "./event-place.ts";
import { generationHeader } from "./feed-entry.ts";
import { readStatusEvent } from "./status-event.ts";

/**
 * Fails with BusError `corrupt`, saying what to do, when the feed's last entry is not of this log.
 * A log that has forgotten the entry's group, as it may after a while, is taken at its word.
 */
export async function expectOwnFeed(
  { log, generation }: Pick<Bus, "log" | "generation">,
  last: FeedEntry,
): Promise<void> {
  const written = last.headers[generationHeader];
  if (written !== generation) {
    const other = written === undefined ? "no generation" : `generation ${written}`;
    throw anotherHistory(`its last entry is of ${other}, the log is ${generation}`);
  }
  const { group, rev, uid, to } = readStatusEvent(last);
  const [stored] = await log.read(group, rev - 1);
  // The entry's commit has given way to its group's summary.
  if (stored !== undefined && stored.rev > rev && isSummaryText(stored.text)) return;
  const there = stored ?? (await firstAfter(log, last.position - 1));
  if (there?.position !== last.position) {
    if (stored === undefined && (await log.head()) >= last.position) return;
    throw anotherHistory(`it ends at ${placeText(last)}, which the log does not have`);
  }
  const fact = decode(there.text, `position ${there.position}`).events[last.index];
  if (fact?.uid === uid && fact.to === to) return;
  throw anotherHistory(`it ends at ${placeText(last)}, where the log has something else`);
}

async function firstAfter(log: Log, after: Position): Promise<Stored | undefined> {
  for await (const [first] of log.readAll(after)) if (first !== undefined) return first;
  return undefined;
}

function anotherHistory(found: string): BusError {
  return new BusError(
    "corrupt",
    `the feed is not this log's: ${found}. Nothing is added to it. If the log is the right one, ` +
      "empty the feed's stream, and all of the feed is written anew",
  );
}
