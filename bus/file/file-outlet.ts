/**
 * The feed as a table; its head is the last row's id.
 */
import type { FeedEntry, Outlet } from "../bus.ts";
import { expectHead } from "../conflict.ts";
import type { Connection } from "./connection.ts";
import type { Store } from "./store.ts";

const batchRows = 1000;

type Stored = FeedEntry & { readonly head: number };

const columns = `head, subject, position, idx AS "index", data`;
const insert = "INSERT INTO feed (head, subject, position, idx, data) VALUES (?, ?, ?, ?, ?)";
const last = `SELECT ${columns} FROM feed ORDER BY head DESC LIMIT 1`;
const next = `SELECT ${columns} FROM feed WHERE head > ? ORDER BY head LIMIT ${batchRows}`;

export function fileOutlet(store: Store): Outlet {
  return {
    append: (entries, expectedHead) =>
      store.write("appending to the feed", (connection) => {
        let head = lastEntry(connection)?.head ?? 0;
        expectHead(expectedHead, head);
        for (const { subject, position, index, data } of entries) {
          head += 1;
          connection.insert(insert, head, subject, position, index, data);
        }
        return head;
      }),
    async head() {
      const entry = await store.read("reading the feed's head", lastEntry);
      return { head: entry?.head ?? 0, last: entry && plain(entry) };
    },
    async *read(after) {
      let head = after;
      for (;;) {
        const batch = await store.read(`reading the feed after ${head}`, (connection) =>
          connection.all<Stored>(next, head),
        );
        yield* batch.map(plain);
        const final = batch.at(-1);
        if (!final) return;
        head = final.head;
      }
    },
  };
}

function lastEntry(connection: Connection): Stored | undefined {
  return connection.first<Stored>(last);
}

function plain({ subject, position, index, data }: Stored): FeedEntry {
  return { subject, position, index, data };
}
