/**
 * The queue as a table in the scratch file. Taking hides an item from everybody for a while, in a
 * transaction, so that no two processes get the same one.
 */
import type { Bell } from "../bell.ts";
import type { Queue, Tags, Wanted, WorkItem } from "../bus.ts";
import type { Lifetime } from "../lifetime.ts";
import { takeOne, type Try, visibilityMs } from "../take.ts";
import type { World } from "../world.ts";
import type { Connection } from "./connection.ts";
import type { Store } from "./store.ts";

interface Offered {
  readonly uid: string;
  readonly type: string;
  readonly host: string | null;
  /** JSON. */
  readonly require: string | null;
  readonly priority: number;
}

const offer = `INSERT OR IGNORE INTO work (uid, type, host, require, priority, hidden_until)
  VALUES (?, ?, ?, ?, ?, 0)`;
/** Given are the host, the types and the tags, these as JSON. */
const hasTags = `NOT EXISTS (SELECT 1 FROM json_each(require) AS r WHERE NOT EXISTS (
  SELECT 1 FROM json_each(?3) AS t WHERE t.key = r.key AND t.value = r.value))`;
const fits = `(host IS NULL OR host = ?1)
  AND (?2 = '[]' OR type IN (SELECT value FROM json_each(?2)))
  AND (require IS NULL OR ${hasTags})`;
/** An item hidden for longer than taking hides it: the clock went back. */
const free = `(hidden_until <= ?4 OR hidden_until > ?4 + ${visibilityMs})`;
const firstFree = `SELECT uid, type, host, require, priority FROM work
  WHERE ${fits} AND ${free} ORDER BY priority DESC, place LIMIT 1`;
const nextFree = `SELECT min(hidden_until) AS freeAt FROM work WHERE ${fits}`;
const hide = "UPDATE work SET hidden_until = ? WHERE uid = ?";
const remove = "DELETE FROM work WHERE uid = ?";

export function fileQueue(store: Store, news: Bell, world: World, life: Lifetime): Queue {
  const look = (wanted: Wanted) =>
    store.read("looking for work", (connection): "found" | number => {
      const nowMs = Math.floor(world.now());
      if (find(connection, wanted, nowMs)) return "found";
      const next = connection.first<{ freeAt: number | null }>(nextFree, ...given(wanted));
      return (next?.freeAt ?? Infinity) - nowMs;
    });
  const take = (wanted: Wanted) =>
    store.write("taking work", (connection) => {
      const nowMs = Math.floor(world.now());
      const found = find(connection, wanted, nowMs);
      if (found) connection.change(hide, nowMs + visibilityMs, found.uid);
      return found;
    });
  const attempt = async (wanted: Wanted): Promise<Try> => {
    const seen = await look(wanted);
    if (seen !== "found") return { freeInMs: seen };
    const taken = await take(wanted);
    return taken ? { item: workItem(taken) } : { freeInMs: 0 };
  };

  return {
    async offer({ uid, type, host = null, require, priority = 0 }) {
      const required = require === undefined ? null : JSON.stringify(require);
      const added = await store.write(`offering ${uid}`, (connection) =>
        connection.change(offer, uid, type, host, required, priority),
      );
      if (added > 0) news.ring();
    },
    async take(wanted, signal) {
      life.assertOpen();
      const either = AbortSignal.any([signal, life.closing]);
      return takeOne(() => attempt(wanted), news, world, either);
    },
    done: (uid) =>
      store.write(`removing ${uid} from the queue`, (connection) => {
        connection.change(remove, uid);
      }),
    async prepare() {
      life.assertOpen();
    },
  };
}

function find(connection: Connection, wanted: Wanted, nowMs: number) {
  return connection.first<Offered>(firstFree, ...given(wanted), nowMs);
}

function given({ host, types, tags = {} }: Wanted): [string, string, string] {
  return [host, JSON.stringify(types), JSON.stringify(tags)];
}

function workItem({ uid, type, host, require, priority }: Offered): WorkItem {
  return {
    uid,
    type,
    ...(host === null ? {} : { host }),
    ...(require === null ? {} : { require: JSON.parse(require) as Tags }),
    ...(priority === 0 ? {} : { priority }),
  };
}
