/**
 * Values as a map; an expired one stays in it, unseen, until its key is put again.
 */
import type { Value, Values } from "../bus.ts";
import { expectVersion } from "../conflict.ts";
import type { Lifetime } from "../lifetime.ts";
import { assertValueKey } from "../value-key.ts";
import type { World } from "../world.ts";

interface Held {
  readonly value: Value;
  readonly expiresAt: number;
  /** A clock that was set back must not lengthen a life. */
  readonly ttlMs: number;
}

export function memoryValues(life: Lifetime, world: World): Values {
  const values = new Map<string, Held>();
  let lastVersion = 0;

  const current = (key: string) => {
    life.assertOpen();
    const held = values.get(key);
    const leftMs = (held?.expiresAt ?? 0) - world.now();
    return held && leftMs > 0 && leftMs <= held.ttlMs ? held.value : undefined;
  };

  return {
    get: async (key) => current(key),
    async put(key, value, { expect, ttlMs = Infinity } = {}) {
      assertValueKey(key);
      expectVersion(key, expect, current(key)?.version ?? 0);
      lastVersion += 1;
      const expiresAt = world.now() + ttlMs;
      values.set(key, { value: { key, value, version: lastVersion }, expiresAt, ttlMs });
      return lastVersion;
    },
    async remove(key, expect) {
      expectVersion(key, expect, current(key)?.version ?? 0);
      values.delete(key);
    },
    async list(prefix) {
      return [...values.keys()]
        .filter((key) => key.startsWith(prefix))
        .toSorted((a, b) => (a < b ? -1 : 1))
        .map(current)
        .filter((value) => value !== undefined);
    },
  };
}
