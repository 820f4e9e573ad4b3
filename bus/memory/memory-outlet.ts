/**
 * The feed as an array; its head is its length.
 */
import type { FeedEntry, Outlet } from "../bus.ts";
import { expectHead } from "../conflict.ts";
import type { Lifetime } from "../lifetime.ts";

export function memoryOutlet(life: Lifetime): Outlet {
  const feed: FeedEntry[] = [];
  return {
    async append(entries, expectedHead) {
      life.assertOpen();
      expectHead(expectedHead, feed.length);
      feed.push(...entries);
      return feed.length;
    },
    async head() {
      life.assertOpen();
      return { head: feed.length, last: feed.at(-1) };
    },
    async *read(after) {
      life.assertOpen();
      yield* feed.slice(after);
    },
  };
}
