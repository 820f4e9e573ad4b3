/**
 * The feed as an array; its head is its length.
 */
import { Bell } from "../bell.ts";
import type { FeedEntry, Outlet } from "../bus.ts";
import { expectHead } from "../conflict.ts";
import { entriesOf } from "../feed.ts";
import { followOn, readToEnd } from "../follow.ts";
import type { Lifetime } from "../lifetime.ts";

const batchEntries = 1000;

export function memoryOutlet(life: Lifetime): Outlet {
  const feed: FeedEntry[] = [];
  const appended = new Bell();

  const next = async (after: number) => {
    life.assertOpen();
    const batch = feed.slice(after, after + batchEntries);
    return batch.map((entry, i) => ({ position: after + i + 1, entry }));
  };

  return {
    async append(entries, expectedHead) {
      life.assertOpen();
      expectHead(expectedHead, feed.length);
      feed.push(...entries);
      appended.ring();
      return feed.length;
    },
    async head() {
      life.assertOpen();
      return { head: feed.length, last: feed.at(-1) };
    },
    read: (after) => entriesOf(readToEnd(next, after)),
    follow: (after, { signal, pattern }) =>
      entriesOf(followOn(next, appended, after, AbortSignal.any([signal, life.closing])), pattern),
  };
}
