/**
 * What values promise: compare-and-set with versions that are never used twice, expiry by the
 * reader's clock, listing by prefix.
 */
import { describe, expect, test } from "vitest";
import { realWorld } from "../world.ts";
import { FastWorld } from "./fast-world.ts";
import type { OpenTwo } from "./two-handles.ts";

const conflict = { code: "conflict" };

export function valuesContract(name: string, open: OpenTwo): void {
  describe(`the values of ${name}`, () => {
    test("are read as they were put, on the other handle too", async () => {
      const [{ values }, other] = await open(realWorld);
      expect(await values.get("k")).toBeUndefined();
      const version = await values.put("k", "ä 😀");
      expect(await other.values.get("k")).toEqual({ key: "k", value: "ä 😀", version });
      await other.values.remove("k");
      expect(await values.get("k")).toBeUndefined();
      await expect(values.remove("k")).resolves.toBeUndefined();
    });

    test("are put only over the expected version", async () => {
      const [{ values }, other] = await open(realWorld);
      const first = await values.put("k", "1", { expect: 0 });
      await expect(other.values.put("k", "x", { expect: 0 })).rejects.toMatchObject(conflict);
      const second = await other.values.put("k", "2", { expect: first });
      await expect(values.put("k", "x", { expect: first })).rejects.toMatchObject(conflict);
      expect(await values.get("k")).toEqual({ key: "k", value: "2", version: second });
    });

    test("are removed only at the expected version", async () => {
      const [{ values }] = await open(realWorld);
      const first = await values.put("k", "1");
      const second = await values.put("k", "2");
      await expect(values.remove("k", first)).rejects.toMatchObject(conflict);
      await values.remove("k", second);
      await expect(values.remove("k", second)).rejects.toMatchObject(conflict);
    });

    test("never get the version of a value that was there before", async () => {
      const [{ values }] = await open(realWorld);
      const first = await values.put("k", "1");
      await values.remove("k");
      await values.put("k", "2");
      await expect(values.put("k", "x", { expect: first })).rejects.toMatchObject(conflict);
    });

    test("have one winner when several put at once", async () => {
      const [one, two] = await open(realWorld);
      const puts = [one, two, one, two].map(({ values }, i) =>
        values.put("lease", `${i}`, { expect: 0 }),
      );
      const settled = await Promise.allSettled(puts);
      expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });

    test("are gone once they expired, and free to be taken", async () => {
      const world = new FastWorld();
      const [{ values }, other] = await open(world);
      const version = await values.put("k", "lease", { ttlMs: 3_600_000 });
      expect(await other.values.get("k")).toMatchObject({ version });
      world.push(3_600_001);
      expect(await other.values.get("k")).toBeUndefined();
      expect(await other.values.list("k")).toEqual([]);
      await expect(values.put("k", "x", { expect: version })).rejects.toMatchObject(conflict);
      expect(await values.put("k", "mine", { expect: 0 })).not.toBe(version);
      expect(await other.values.get("k")).toMatchObject({ value: "mine" });
    });

    test("do not live longer for a clock that was set back", async () => {
      const world = new FastWorld();
      const [{ values }, other] = await open(world);
      await values.put("k", "lease", { ttlMs: 10_000 });
      world.push(-3_600_000);
      expect(await other.values.get("k")).toBeUndefined();
      expect(await values.put("k", "mine", { expect: 0 })).toBeGreaterThan(0);
    });

    test("live on when they are put again without an expiry", async () => {
      const world = new FastWorld();
      const [{ values }] = await open(world);
      await values.put("k", "1", { ttlMs: 1000 });
      await values.put("k", "2");
      await values.put("swept", "", { ttlMs: 1000 });
      world.push(3_600_000);
      await values.put("other", "", { ttlMs: 1000 });
      expect(await values.get("k")).toMatchObject({ value: "2" });
    });

    test("are listed by prefix, ordered by key", async () => {
      const [{ values }] = await open(realWorld);
      const keys = ["a.b", "a.B", "a.=2E", "a.-", "a._", "a.z.z", "a.1", "a.", "b", "a"];
      for (const key of keys) await values.put(key, key);
      const listed = (await values.list("a.")).map(({ key }) => key);
      expect(listed).toEqual(["a.", "a.-", "a.1", "a.=2E", "a.B", "a._", "a.b", "a.z.z"]);
      expect(await values.list("")).toHaveLength(keys.length);
    });

    test("refuse a key that no bus could hold", async () => {
      const [{ values }] = await open(realWorld);
      for (const key of ["", "a b", "a/b", "ä", "*"]) {
        await expect(async () => values.put(key, "")).rejects.toThrow("value key");
      }
    });
  });
}
