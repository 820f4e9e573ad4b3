/**
 * The queue as a table in the scratch file. Taking hides an item from everybody for a while, in a
 * transaction, so that no two processes get the same one.
 */
import type { Bell } from "../bell.ts";
import type { Queue, Wanted, WorkItem } from "../bus.ts";
import type { Lifetime } from "../lifetime.ts";
import { takeOne, type Try, visibilityMs } from "../take.ts";
import type { World } from "../world.ts";
import type { Connection } from "./connection.ts";
import type { Store } from "./store.ts";

interface Offered {
  readonly uid: string;
  readonly type: string;
  readonly host: string | null;
}

const offer = "INSERT OR IGNORE INTO work (uid, type, host, hidden_until) VALUES (?, ?, ?, 0)";
const fits = `(host IS NULL OR host = ?1)
  AND (?2 = '[]' OR type IN (SELECT value FROM json_each(?2)))`;
/** An item hidden for longer than taking hides it: the clock went back. */
const free = `(hidden_until <= ?3 OR hidden_until > ?3 + ${visibilityMs})`;
const firstFree = `SELECT uid, type, host FROM work WHERE ${fits} AND ${free} ORDER BY place LIMIT 1`;
const nextFree = `SELECT min(hidden_until) AS freeAt FROM work WHERE ${fits}`;
const hide = "UPDATE work SET hidden_until = ? WHERE uid = ?";
const remove = "DELETE FROM work WHERE uid = ?";

export function fileQueue(store: Store, news: Bell, world: World, life: Lifetime): Queue {
  const look = (wanted: Wanted) =>
    store.read("looking for work", (connection): "found" | number => {
      const nowMs = Math.floor(world.now());
      if (find(connection, wanted, nowMs)) return "found";
      const { host, types } = wanted;
      const next = connection.first<{ freeAt: number | null }>(
        nextFree,
        host,
        JSON.stringify(types),
      );
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
    async offer({ uid, type, host }) {
      const added = await store.write(`offering ${uid}`, (connection) =>
        connection.change(offer, uid, type, host ?? null),
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
  };
}

function find(connection: Connection, { host, types }: Wanted, nowMs: number) {
  return connection.first<Offered>(firstFree, host, JSON.stringify(types), nowMs);
}

function workItem({ uid, type, host }: Offered): WorkItem {
  return host === null ? { uid, type } : { uid, type, host };
}
