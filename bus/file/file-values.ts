/**
 * Values as a table whose row ids are the versions: every put makes a new row, so that a version
 * is never used twice.
 */
import type { Value, Values } from "../bus.ts";
import { expectVersion } from "../conflict.ts";
import { assertValueKey } from "../value-key.ts";
import type { World } from "../world.ts";
import type { Connection } from "./connection.ts";
import type { Store } from "./store.ts";

/** Expired values are swept away after a while, when somebody puts one that will expire. */
const sweepAfterMs = 60_000;

/** A clock that was set back must not lengthen a life. */
const alive = "(expires_at IS NULL OR expires_at > ?2 AND expires_at <= ?2 + ttl_ms)";
const one = `SELECT key, value, version FROM value WHERE key = ?1 AND ${alive}`;
/** `~` sorts behind every letter that a key may have. */
const many = `SELECT key, value, version FROM value WHERE key >= ?1 AND key < ?1 || '~' AND ${alive}
  ORDER BY key`;
const replace = `INSERT OR REPLACE INTO value (key, value, expires_at, ttl_ms)
  VALUES (?, ?, ?, ?)`;
const remove = "DELETE FROM value WHERE key = ?";
const sweep = "DELETE FROM value WHERE expires_at < ?";

export function fileValues(store: Store, world: World): Values {
  const current = (connection: Connection, key: string) =>
    connection.first<Value>(one, key, world.now());

  return {
    get: (key) => store.read(`reading the value ${key}`, (connection) => current(connection, key)),
    put(key, value, { expect, ttlMs } = {}) {
      assertValueKey(key);
      return store.write(`putting the value ${key}`, (connection) => {
        expectVersion(key, expect, current(connection, key)?.version ?? 0);
        if (ttlMs === undefined) return connection.insert(replace, key, value, null, null);
        const now = Math.floor(world.now());
        connection.change(sweep, now - sweepAfterMs);
        const lastsMs = Math.ceil(ttlMs);
        return connection.insert(replace, key, value, now + lastsMs, lastsMs);
      });
    },
    remove: (key, expect) =>
      store.write(`removing the value ${key}`, (connection) => {
        expectVersion(key, expect, current(connection, key)?.version ?? 0);
        connection.change(remove, key);
      }),
    list: (prefix) =>
      store.read(`listing the values ${prefix}…`, (connection) =>
        connection.all<Value>(many, prefix, world.now()),
      ),
  };
}
