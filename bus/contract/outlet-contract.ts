/**
 * What the outlet promises: entries after the expected head or none at all.
 */
import { describe, expect, test } from "vitest";
import type { FeedEntry } from "../bus.ts";
import { realWorld } from "../world.ts";
import { toArray } from "./to-array.ts";
import type { OpenTwo } from "./two-handles.ts";

const entry = (position: number, index = 0): FeedEntry => ({
  subject: `job.event.copy.j${position}.running`,
  position,
  index,
  data: `${position}.${index}`,
});

export function outletContract(name: string, open: OpenTwo): void {
  describe(`the outlet of ${name}`, () => {
    test("starts empty and gives back what was appended, in order", async () => {
      const [{ outlet }, other] = await open(realWorld);
      expect(await outlet.head()).toEqual({ head: 0, last: undefined });
      const head = await outlet.append([entry(1), entry(1, 1), entry(4)], 0);
      expect(await other.outlet.head()).toEqual({ head, last: entry(4) });
      const next = await other.outlet.append([entry(5)], head);
      expect(await toArray(outlet.read(0))).toEqual([entry(1), entry(1, 1), entry(4), entry(5)]);
      expect(await toArray(outlet.read(head))).toEqual([entry(5)]);
      expect(await toArray(outlet.read(next))).toEqual([]);
    });

    test("refuses entries of a relay whose head is not the feed's", async () => {
      const [{ outlet }, other] = await open(realWorld);
      const head = await outlet.append([entry(1)], 0);
      const late = other.outlet.append([entry(1), entry(2)], 0);
      await expect(late).rejects.toMatchObject({ code: "conflict" });
      await expect(outlet.append([], head + 1)).rejects.toMatchObject({ code: "conflict" });
      expect(await outlet.head()).toEqual({ head, last: entry(1) });
    });

    test("has one winner when two relays append at once", async () => {
      const [one, two] = await open(realWorld);
      const settled = await Promise.allSettled(
        [one, two].map(({ outlet }) => outlet.append([entry(1), entry(2)], 0)),
      );
      expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await toArray(one.outlet.read(0))).toEqual([entry(1), entry(2)]);
    });

    test("reads a long feed to its end", async () => {
      const [{ outlet }] = await open(realWorld);
      const entries = Array.from({ length: 2500 }, (_, i) => entry(i + 1));
      await outlet.append(entries, 0);
      expect(await toArray(outlet.read(0))).toEqual(entries);
    });
  });
}
