/**
 * The log as a table; a commit's position is its row id, which is never used twice.
 */
import type { Log, Stored } from "../bus.ts";
import type { Bell } from "../bell.ts";
import { expectNextRev } from "../conflict.ts";
import { followOn, readToEnd } from "../follow.ts";
import type { Lifetime } from "../lifetime.ts";
import type { Connection } from "./connection.ts";
import type { Store } from "./store.ts";

/** A batch ends with whichever comes first, so that no read holds the event loop for long. */
const batchRows = 1000;
const batchChars = 1 << 20;

const columns = "position, gid, rev, text";
const lastRev = "SELECT max(rev) AS rev FROM log WHERE gid = ?";
const insert = "INSERT INTO log (gid, rev, text) VALUES (?, ?, ?)";
const ofGroup = `SELECT ${columns} FROM log WHERE gid = ? AND rev > ? ORDER BY rev`;
const ofAll = `SELECT ${columns} FROM log WHERE position > ? ORDER BY position LIMIT ${batchRows}`;
const lastPosition = "SELECT max(position) AS position FROM log";

export function fileLog(store: Store, appended: Bell, life: Lifetime): Log {
  const next = (after: number) =>
    store.read(`reading the log after position ${after}`, (connection) =>
      readBatch(connection, after),
    );

  return {
    async append(gid, rev, text) {
      const position = await store.write(`appending ${gid} rev ${rev}`, (connection) => {
        const found = connection.first<{ rev: number | null }>(lastRev, gid);
        expectNextRev(gid, rev, found?.rev ?? 0);
        return connection.insert(insert, gid, rev, text);
      });
      appended.ring();
      return position;
    },
    read: (gid, after = 0) =>
      store.read(`reading the commits of ${gid}`, (connection) =>
        connection.all<Stored>(ofGroup, gid, after),
      ),
    readAll: (after = 0) => readToEnd(next, after),
    follow: (after, signal) =>
      followOn(next, appended, after, AbortSignal.any([signal, life.closing])),
    head: () =>
      store.read(
        "reading the log's head",
        (connection) => connection.first<{ position: number | null }>(lastPosition)?.position ?? 0,
      ),
  };
}

function readBatch(connection: Connection, after: number): Stored[] {
  const batch: Stored[] = [];
  let chars = 0;
  for (const stored of connection.each<Stored>(ofAll, after)) {
    batch.push(stored);
    chars += stored.text.length;
    if (chars > batchChars) break;
  }
  return batch;
}
