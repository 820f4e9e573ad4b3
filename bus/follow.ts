/**
 * Following a log, or whatever else has places that grow: read what is there, then wait for the
 * bell. Shared by the adapters that can read on from a place.
 */
import type { Bell } from "./bell.ts";

interface Placed {
  readonly position: number;
}

/** The next items above `after`, oldest first, a bounded number of them; [] for none now. */
export type ReadNext<Item extends Placed> = (after: number) => Promise<readonly Item[]>;

/** The index of the first of the items, which are in order, that is above the position. */
export function indexAfter(items: readonly Placed[], position: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle]?.position ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Everything above `after` that is stored now, batch by batch. */
export async function* readToEnd<Item extends Placed>(
  next: ReadNext<Item>,
  after: number,
): AsyncGenerator<readonly Item[]> {
  let batch = await next(after);
  for (let last = batch.at(-1); last; last = batch.at(-1)) {
    yield batch;
    batch = await next(last.position);
  }
}

/** Everything above `after`, and then whatever comes, until `signal` aborts. */
export async function* followOn<Item extends Placed>(
  next: ReadNext<Item>,
  bell: Bell,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Item[]> {
  let position = after;
  while (!signal.aborted) {
    const seen = bell.rings;
    const batch = await next(position);
    const last = batch.at(-1);
    if (last) {
      position = last.position;
      yield batch;
    } else {
      await bell.after(seen, signal);
    }
  }
}
