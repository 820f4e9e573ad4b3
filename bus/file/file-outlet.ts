/**
 * The feed as a table; its head is the last row's id.
 */
import type { Bell } from "../bell.ts";
import type { FeedEntry, Headers, Outlet } from "../bus.ts";
import { expectHead } from "../conflict.ts";
import { entriesOf } from "../feed.ts";
import { followOn, readToEnd } from "../follow.ts";
import type { Lifetime } from "../lifetime.ts";
import type { Connection } from "./connection.ts";
import type { Store } from "./store.ts";

const batchRows = 1000;

type StoredEntry = Omit<FeedEntry, "headers"> & {
  readonly head: number;
  /** JSON. */
  readonly headers: string;
};

const columns = `head, subject, position, idx AS "index", data, headers`;
const insert = `INSERT INTO feed (head, subject, position, idx, data, headers)
  VALUES (?, ?, ?, ?, ?, ?)`;
const last = `SELECT ${columns} FROM feed ORDER BY head DESC LIMIT 1`;
const forgotten = "DELETE FROM feed WHERE head <= ? AND head < (SELECT max(head) FROM feed)";
const following = `SELECT ${columns} FROM feed WHERE head > ? ORDER BY head LIMIT ${batchRows}`;

export function fileOutlet(store: Store, appended: Bell, life: Lifetime): Outlet {
  const next = (after: number) =>
    store.read(`reading the feed after ${after}`, (connection) =>
      connection
        .all<StoredEntry>(following, after)
        .map((row) => ({ position: row.head, entry: plain(row) })),
    );

  return {
    async append(entries, expectedHead) {
      const head = await store.write("appending to the feed", (connection) => {
        let head = lastEntry(connection)?.head ?? 0;
        expectHead(expectedHead, head);
        for (const { subject, position, index, data, headers } of entries) {
          head += 1;
          const text = JSON.stringify(headers);
          connection.insert(insert, head, subject, position, index, data, text);
        }
        return head;
      });
      appended.ring();
      return head;
    },
    async forget(head) {
      await store.write(`removing the feed up to ${head}`, (connection) => {
        connection.change(forgotten, head);
      });
    },
    async head() {
      const entry = await store.read("reading the feed's head", lastEntry);
      return { head: entry?.head ?? 0, last: entry && plain(entry) };
    },
    read: (after) => entriesOf(readToEnd(next, after)),
    follow: (after, { signal, pattern }) =>
      entriesOf(followOn(next, appended, after, AbortSignal.any([signal, life.closing])), pattern),
  };
}

function lastEntry(connection: Connection): StoredEntry | undefined {
  return connection.first<StoredEntry>(last);
}

function plain({ subject, position, index, data, headers }: StoredEntry): FeedEntry {
  return { subject, position, index, data, headers: JSON.parse(headers) as Headers };
}
