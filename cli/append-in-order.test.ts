import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { appendInOrder, windowsOf } from "./append-in-order.ts";
import type { Entry } from "./log-file.ts";

/** Entries of a log: groups whose revs are dense, some of them begun before. */
const logs = fc
  .record({
    gids: fc.array(fc.nat({ max: 40 }), { maxLength: 900 }),
    begun: fc.nat({ max: 40 }),
  })
  .map(({ gids, begun }) => {
    const revs = new Map<number, number>();
    return gids.map((gid): Entry => {
      const rev = (revs.get(gid) ?? (gid < begun ? 7 : 0)) + 1;
      revs.set(gid, rev);
      return { gid: `g${gid}`, rev, text: `${gid}/${rev}` };
    });
  });

test("what is on its way at once is of different groups, and none whose end must be looked up", () => {
  fc.assert(
    fc.property(logs, (entries) => {
      const windows = [...windowsOf(entries)];
      expect(windows.flat()).toEqual(entries);
      const seen = new Set<string>();
      for (const window of windows) {
        expect(window.length).toBeLessThanOrEqual(256);
        expect(new Set(window.map(({ gid }) => gid)).size).toBe(window.length);
        const cold = window.filter(({ gid, rev }) => rev > 1 && !seen.has(gid));
        expect([0, window.length]).toContain(cold.length);
        expect(cold.length).toBeLessThanOrEqual(1);
        for (const { gid } of window) seen.add(gid);
      }
    }),
  );
});

test("a log of many groups is appended many at once", () => {
  const entries = Array.from({ length: 1_000 }, (_, n): Entry => ({
    gid: `g${n}`,
    rev: 1,
    text: "",
  }));
  expect([...windowsOf(entries)].map(({ length }) => length)).toEqual([256, 256, 256, 232]);
});

test("a log that gives out places in another order is found out at once", async () => {
  const entries = ["a", "b", "c", "a"].map((gid, n): Entry => ({
    gid,
    rev: n === 3 ? 2 : 1,
    text: "",
  }));
  const places = [1, 3, 2, 4];
  const append = async (): Promise<number> => places.shift() ?? 0;
  await expect(appendInOrder({ append }, entries)).rejects.toMatchObject({ code: "corrupt" });
  expect(places).toEqual([4]);
});
