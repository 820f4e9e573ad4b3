/**
 * Looks now and then whether the streams are there still that a node may not touch for long: names
 * would be lost without a word, work offered to nobody, and a feed at rest never found again.
 */
import type { Failure } from "./failure.ts";
import type { Link } from "./link.ts";
import { StreamHead } from "./stream-head.ts";

const lookMs = 1_000;

/** Looks until the bus is closed; notes what is lost as the reason why it can be used no longer. */
export async function watchStreams(link: Link, failure: Failure): Promise<void> {
  const { world, life, names } = link;
  const { feed, values, work } = names.streams;
  const heads = [feed, values, work].map(
    (stream) => new StreamHead(link, { stream, isMadeAgain: true }, failure),
  );
  while (!life.closing.aborted) {
    for (const head of heads) await head.read().catch(() => undefined);
    await world.sleep(lookMs, life.closing, { background: true });
  }
}
