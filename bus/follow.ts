/**
 * Following a log: read what is there, then wait for the bell. Shared by the adapters that can
 * read on from a position.
 */
import type { Position, Stored } from "./bus.ts";
import type { Bell } from "./bell.ts";

/** The next commits above `after`, oldest first, a bounded number of them; [] for none now. */
export type ReadNext = (after: Position) => Promise<readonly Stored[]>;

/** Everything above `after` that is stored now, batch by batch. */
export async function* readToEnd(
  next: ReadNext,
  after: Position,
): AsyncGenerator<readonly Stored[]> {
  let batch = await next(after);
  for (let last = batch.at(-1); last; last = batch.at(-1)) {
    yield batch;
    batch = await next(last.position);
  }
}

/** Everything above `after`, and then whatever comes, until `signal` aborts. */
export async function* followOn(
  next: ReadNext,
  bell: Bell,
  after: Position,
  signal: AbortSignal,
): AsyncGenerator<readonly Stored[]> {
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
