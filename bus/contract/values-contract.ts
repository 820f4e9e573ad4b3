/**
 * What values promise: compare-and-set with versions that are never used twice, expiry, listing by
 * prefix.
 */
import { describe, expect, test, vi } from "vitest";
import { realWorld } from "../world.ts";
import { FastWorld } from "./fast-world.ts";
import { patience } from "./patience.ts";
import type { OpenTwo } from "./two-handles.ts";

const conflict = { code: "conflict" };
/** The shortest that every adapter can tell apart from longer ones. */
const shortMs = 1_000;
const longMs = 3_600_000;

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
      const late = values.put("k", "x", { expect: first });
      await expect(late).rejects.toMatchObject({ ...conflict, found: second });
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
      await expect(values.put("k", "x", { expect: first })).rejects.toMatchObject(conflict);
      const second = await values.put("k", "2", { expect: 0 });
      expect([0, first]).not.toContain(second);
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

    test("stay while they have long to live", async () => {
      const [{ values }, other] = await open(realWorld);
      const version = await values.put("k", "lease", { ttlMs: longMs });
      expect(await other.values.get("k")).toEqual({ key: "k", value: "lease", version });
      const renewed = await other.values.put("k", "lease", { expect: version, ttlMs: longMs });
      expect(await values.list("k")).toEqual([{ key: "k", value: "lease", version: renewed }]);
    });

    test("are gone once they expired, and free to be taken", async () => {
      const [{ values }, other] = await open(new FastWorld());
      const version = await values.put("k", "lease", { ttlMs: shortMs });
      await vi.waitFor(async () => expect(await other.values.get("k")).toBeUndefined(), patience);
      expect(await other.values.list("k")).toEqual([]);
      const late = values.put("k", "x", { expect: version });
      await expect(late).rejects.toMatchObject({ ...conflict, found: 0 });
      const taken = await values.put("k", "mine", { expect: 0 });
      expect([0, version]).not.toContain(taken);
      expect(await other.values.get("k")).toMatchObject({ value: "mine" });
    });

    test("live on when they are put again without an expiry", async () => {
      const [{ values }, other] = await open(new FastWorld());
      await values.put("k", "1", { ttlMs: shortMs });
      await values.put("k", "2");
      await values.put("later", "", { ttlMs: shortMs });
      await vi.waitFor(
        async () => expect(await other.values.get("later")).toBeUndefined(),
        patience,
      );
      expect(await other.values.get("k")).toMatchObject({ value: "2" });
    });

    test("are listed by prefix, ordered by key", async () => {
      const [{ values }, other] = await open(realWorld);
      const keys = ["a.b", "a.B", "a.=2E", "a.-", "a._", "a.z.z", "a.1", "ab", "b", "a"];
      for (const key of keys) await values.put(key, key);
      const listed = async (prefix: string) =>
        (await other.values.list(prefix)).map(({ key }) => key);
      expect(await listed("a.")).toEqual(["a.-", "a.1", "a.=2E", "a.B", "a._", "a.b", "a.z.z"]);
      expect(await listed("a.z")).toEqual(["a.z.z"]);
      expect(await listed("a")).toHaveLength(9);
      expect(await listed("")).toHaveLength(keys.length);
      await values.remove("a.z.z");
      expect(await listed("a.z")).toEqual([]);
    });

    test("refuse a key that no bus could hold", async () => {
      const [{ values }] = await open(realWorld);
      for (const key of ["", "a b", "a/b", "ä", "*", ".a", "a.", "a..b"]) {
        await expect(async () => values.put(key, "")).rejects.toThrow("value key");
      }
    });
  });
}
