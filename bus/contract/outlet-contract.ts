/**
 * What the outlet promises: entries after the expected head, in order; followers hear of each once.
 */
import { describe, expect, test } from "vitest";
import type { FeedEntry, Outlet } from "../bus.ts";
import { realWorld } from "../world.ts";
import { toArray } from "./to-array.ts";
import type { OpenTwo } from "./two-handles.ts";

const entry = (position: number, index = 0): FeedEntry => ({
  subject: `event.copy.j${position % 3}.running`,
  position,
  index,
  data: `{"text":"ä ${position}.${index}"}`,
  headers: index === 0 ? {} : { "ce-id": `${position}.${index}`, "ce-source": "jobs:%C3%A4" },
});

export function outletContract(name: string, open: OpenTwo): void {
  describe(`the outlet of ${name}`, () => {
    test("starts empty and gives back what was appended, headers and all, in order", async () => {
      const [{ outlet }, other] = await open(realWorld);
      expect(await outlet.head()).toEqual({ head: 0, last: undefined });
      const head = await outlet.append([entry(1), entry(1, 1), entry(4, 2)], 0);
      expect(await other.outlet.head()).toEqual({ head, last: entry(4, 2) });
      const next = await other.outlet.append([entry(5)], head);
      expect(await toArray(outlet.read(0))).toEqual([entry(1), entry(1, 1), entry(4, 2), entry(5)]);
      expect(await toArray(outlet.read(head))).toEqual([entry(5)]);
      expect(await toArray(outlet.read(next))).toEqual([]);
    });

    test("forgets its first entries for every handle, never the last, and goes on after it", async () => {
      const [{ outlet }, other] = await open(realWorld);
      await outlet.forget(5);
      const middle = await outlet.append([entry(1), entry(2)], 0);
      const head = await outlet.append([entry(3), entry(4)], middle);
      await other.outlet.forget(middle);
      expect(await toArray(outlet.read(0))).toEqual([entry(3), entry(4)]);
      expect(await toArray(outlet.read(middle))).toEqual([entry(3), entry(4)]);
      await other.outlet.forget(head + 7);
      expect(await outlet.head()).toEqual({ head, last: entry(4) });
      expect(await toArray(other.outlet.read(0))).toEqual([entry(4)]);
      await outlet.append([entry(5)], head);
      expect(await toArray(other.outlet.read(middle))).toEqual([entry(4), entry(5)]);
    });

    test("refuses entries of a relay whose head is not the feed's, the later ones too", async () => {
      const [{ outlet }, other] = await open(realWorld);
      const head = await outlet.append([entry(1)], 0);
      const late = other.outlet.append([entry(1), entry(2), entry(3)], 0);
      await expect(late).rejects.toMatchObject({ code: "conflict" });
      await expect(outlet.append([], head + 1)).rejects.toMatchObject({ code: "conflict" });
      expect(await outlet.head()).toEqual({ head, last: entry(1) });
    });

    test("takes the entries of one relay when two append at once", async () => {
      const [one, two] = await open(realWorld);
      let head = 0;
      for (let round = 1; round <= 20; round += 1) {
        const offers = [1, 2].map((index) => [1, 2, 3].map((n) => entry(3 * round + n, index)));
        const settled = await Promise.allSettled(
          [one, two].map(({ outlet }, i) => outlet.append(offers[i] ?? [], head)),
        );
        const [won, ...others] = settled.flatMap(({ status }, i) =>
          status === "fulfilled" ? [i] : [],
        );
        expect(others).toEqual([]);
        expect(await toArray(one.outlet.read(head))).toEqual(offers[won ?? -1]);
        ({ head } = await one.outlet.head());
      }
    });

    test("reads a long feed to its end", async () => {
      const [{ outlet }] = await open(realWorld);
      const entries = Array.from({ length: 2500 }, (_, i) => entry(i + 1));
      await outlet.append(entries, 0);
      expect(await toArray(outlet.read(0))).toEqual(entries);
    });

    test("tells followers on both handles of each entry exactly once, old and new", async () => {
      const [one, two] = await open(realWorld);
      const old = [entry(1), entry(2), entry(3)];
      const first = await one.outlet.append(old.slice(0, 1), 0);
      let head = await one.outlet.append(old.slice(1), first);
      const following = [one, two].flatMap(({ outlet }) => [
        collect(outlet, 0, 103),
        collect(outlet, first, 102),
      ]);
      const late: FeedEntry[] = [];
      for (let i = 0; i < 50; i += 1) {
        const more = [entry(i + 4), entry(i + 4, 1)];
        head = await (i % 2 ? one : two).outlet.append(more, head);
        late.push(...more);
      }
      const all = [...old, ...late];
      expect(await Promise.all(following)).toEqual([all, all.slice(1), all, all.slice(1)]);
    });

    test("wakes a follower that waits, whichever handle appends", async () => {
      const [one, two] = await open(realWorld);
      let head = 0;
      for (const [i, by] of [one, two, one].entries()) {
        const following = collect(one.outlet, head, 1);
        for (let look = 0; look < 3; look += 1) await toArray(one.outlet.read(head));
        head = await by.outlet.append([entry(i)], head);
        expect(await following).toEqual([entry(i)]);
      }
    });

    test("tells who follows under a pattern of what is under it, old and new", async () => {
      const [one, two] = await open(realWorld);
      const entries = Array.from({ length: 30 }, (_, i) => entry(i + 1));
      let head = await one.outlet.append(entries.slice(0, 15), 0);
      const pattern = "event.*.j1.*";
      const following = [one, two].map(({ outlet }) => collect(outlet, 0, 10, pattern));
      for (const each of entries.slice(15)) head = await two.outlet.append([each], head);
      const under = entries.filter(({ position }) => position % 3 === 1);
      expect(await Promise.all(following)).toEqual([under, under]);
      const longer = collect(one.outlet, 0, 1, "event.*.*.*.*");
      const last = { ...entry(31), subject: "event.copy.j1.running.more" };
      await two.outlet.append([last], head);
      expect(await longer).toEqual([last]);
    });

    test("ends a follower when its signal aborts", async () => {
      const [{ outlet }] = await open(realWorld);
      const stop = new AbortController();
      const following = toArray(outlet.follow(0, { signal: stop.signal }));
      await outlet.append([entry(1)], 0);
      stop.abort();
      expect((await following).length).toBeLessThanOrEqual(1);
      expect(await toArray(outlet.follow(0, { signal: stop.signal }))).toEqual([]);
    });
  });
}

async function collect(
  outlet: Outlet,
  after: number,
  count: number,
  pattern?: string,
): Promise<readonly FeedEntry[]> {
  const stop = new AbortController();
  const options = { signal: stop.signal, ...(pattern !== undefined && { pattern }) };
  const all: FeedEntry[] = [];
  for await (const each of outlet.follow(after, options)) {
    all.push(each);
    if (all.length >= count) stop.abort();
  }
  return all;
}
