/**
 * A feed is read and followed as a log is, by place: here its entries are unpacked again.
 */
import type { FeedEntry } from "./bus.ts";
import { matches } from "./subject.ts";

/** An entry and the feed's head just after it. */
export interface Placed {
  readonly position: number;
  readonly entry: FeedEntry;
}

/** The entries of all batches, one by one; of those under `pattern` only. */
export async function* entriesOf(
  batches: AsyncIterable<readonly Placed[]>,
  pattern = ">",
): AsyncGenerator<FeedEntry> {
  for await (const batch of batches) {
    for (const { entry } of batch) if (matches(pattern, entry.subject)) yield entry;
  }
}
