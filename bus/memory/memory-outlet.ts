/**
 * The feed as an array; its head is how many entries there ever were.
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
  let removed = 0;
  const appended = new Bell();

  const next = async (after: number) => {
    life.assertOpen();
    const from = Math.max(after, removed);
    const batch = feed.slice(from - removed, from - removed + batchEntries);
    return batch.map((entry, i) => ({ position: from + i + 1, entry }));
  };

  return {
    async append(entries, expectedHead) {
      life.assertOpen();
      expectHead(expectedHead, removed + feed.length);
      feed.push(...entries);
      appended.ring();
      return removed + feed.length;
    },
    async head() {
      life.assertOpen();
      return { head: removed + feed.length, last: feed.at(-1) };
    },
    async forget(head) {
      life.assertOpen();
      const count = Math.min(head - removed, feed.length - 1);
      if (count <= 0) return;
      feed.splice(0, count);
      removed += count;
    },
    read: (after) => entriesOf(readToEnd(next, after)),
    follow: (after, { signal, pattern }) =>
      entriesOf(followOn(next, appended, after, AbortSignal.any([signal, life.closing])), pattern),
  };
}
