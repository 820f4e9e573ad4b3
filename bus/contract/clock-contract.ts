/**
 * What an adapter promises besides, whose values expire and whose work is given out again by the
 * clock of its world: nothing lives longer for a clock that was set back, nor shorter than it may.
 */
import { describe, expect, test } from "vitest";
import { FastWorld } from "./fast-world.ts";
import type { OpenTwo } from "./two-handles.ts";

const anyone = { types: [], host: "here" };
const never = new AbortController().signal;
const dayMs = 86_400_000;

export function clockContract(name: string, open: OpenTwo): void {
  describe(`the clock of ${name}`, () => {
    test("lets a value be until it expires", async () => {
      const world = new FastWorld();
      const [{ values }, other] = await open(world);
      const version = await values.put("k", "lease", { ttlMs: dayMs });
      world.push(dayMs / 2);
      expect(await other.values.get("k")).toMatchObject({ version });
      world.push(dayMs / 2);
      expect(await other.values.get("k")).toBeUndefined();
      expect(await other.values.list("k")).toEqual([]);
    });

    test("gives no value a longer life for being set back", async () => {
      const world = new FastWorld();
      const [{ values }, other] = await open(world);
      await values.put("k", "lease", { ttlMs: 10_000 });
      world.push(-dayMs);
      expect(await other.values.get("k")).toBeUndefined();
      expect(await values.put("k", "mine", { expect: 0 })).toBeGreaterThan(0);
    });

    test("leaves a value that was put again without an expiry, and sweeps what expired", async () => {
      const world = new FastWorld();
      const [{ values }] = await open(world);
      await values.put("k", "1", { ttlMs: 1000 });
      await values.put("k", "2");
      await values.put("swept", "", { ttlMs: 1000 });
      world.push(dayMs);
      await values.put("other", "", { ttlMs: 1000 });
      expect(await values.get("k")).toMatchObject({ value: "2" });
      expect(await values.get("swept")).toBeUndefined();
    });

    test("gives an item out again although it was set back", async () => {
      const world = new FastWorld();
      const [{ queue }] = await open(world);
      await queue.offer({ uid: "a", type: "copy" });
      await queue.take(anyone, never);
      world.push(-dayMs);
      expect(await queue.take(anyone, never)).toMatchObject({ uid: "a" });
    });

    test("never brings an item back that is done", async () => {
      const world = new FastWorld();
      const [{ queue }, other] = await open(world);
      await queue.offer({ uid: "a", type: "copy" });
      await queue.take(anyone, never);
      await other.queue.done("a");
      world.push(dayMs);
      await queue.offer({ uid: "b", type: "copy" });
      expect(await queue.take(anyone, never)).toMatchObject({ uid: "b" });
    });
  });
}
