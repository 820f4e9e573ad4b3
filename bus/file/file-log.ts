/**
 * The log as a table; a commit's position is its row id, which is never used twice.
 */
import { BusError } from "../bus-error.ts";
import type { Log, Stored } from "../bus.ts";
import type { Bell } from "../bell.ts";
import { expectLastRev } from "../conflict.ts";
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
const forgotten = `DELETE FROM log WHERE gid = ?1 AND position < ?2
  AND position < (SELECT max(position) FROM log WHERE gid = ?1)`;
const lastPosition = "SELECT max(position) AS position FROM log";

export function fileLog(store: Store, appended: Bell, life: Lifetime): Log {
  const next = (after: number) =>
    store.read(`reading the log after position ${after}`, (connection) =>
      readBatch(connection, after, life.url),
    );

  return {
    async append(gid, rev, text, last = rev - 1) {
      const position = await store.write(`appending ${gid} rev ${rev}`, (connection) => {
        const found = connection.first<{ rev: number | null }>(lastRev, gid);
        expectLastRev(gid, last, found?.rev ?? 0);
        return connection.insert(insert, gid, rev, text);
      });
      appended.ring();
      return position;
    },
    async forget(gid, position) {
      await store.write(`removing the commits of ${gid}`, (connection) => {
        connection.change(forgotten, gid, position);
      });
    },
    read: (gid, after = 0) =>
      store.read(`reading the commits of ${gid}`, (connection) =>
        connection.all<Stored>(ofGroup, gid, after).map((stored) => sound(stored, 0, life.url)),
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

function readBatch(connection: Connection, after: number, url: string): Stored[] {
  const batch: Stored[] = [];
  let [chars, last] = [0, after];
  for (const row of connection.each<Stored>(ofAll, after)) {
    const stored = sound(row, last, url);
    batch.push(stored);
    last = stored.position;
    chars += stored.text.length;
    if (chars > batchChars) break;
  }
  return batch;
}

/**
 * The row, if it is one that was appended, above position `last`. A damaged page may hold rows out
 * of order, of which a reader would never see the end, or with fields that nobody wrote.
 */
function sound(stored: Stored, last: number, url: string): Stored {
  const { position, gid, rev, text } = stored;
  const isWritten = typeof gid === "string" && typeof text === "string" && rev > 0;
  if (isWritten && position > last) return stored;
  const found = isWritten ? `position ${position}` : `a row that nobody wrote at ${position}`;
  throw new BusError(
    "corrupt",
    `${url}: the log is damaged after position ${last}: found ${found}. Nothing was repaired: ` +
      "stop what uses the file, keep a copy, and go on with a backup",
  );
}
