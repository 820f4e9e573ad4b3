/**
 * Taking messages out of a stream, for good: those before a sequence, of all subjects or of one.
 */
import { asking } from "./asking.ts";
import type { Link } from "./link.ts";

/** Removes what is before `seq`. Fails with `unavailable`: to be done twice does no harm. */
export async function purge(
  link: Link,
  stream: string,
  before: { readonly seq: number; readonly filter?: string },
): Promise<void> {
  await asking(link, `${link.life.url}: removing from ${stream}`, () =>
    link.jsm.streams.purge(stream, before),
  );
}
