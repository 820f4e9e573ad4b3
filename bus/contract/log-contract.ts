/**
 * What every log promises: dense groups, one order for all, each commit once.
 */
import { describe, expect, test } from "vitest";
import type { Log, Stored } from "../bus.ts";
import { realWorld } from "../world.ts";
import { toArray } from "./to-array.ts";
import type { OpenTwo } from "./two-handles.ts";

export function logContract(name: string, open: OpenTwo): void {
  describe(`the log of ${name}`, () => {
    test("gives back what was appended, byte for byte and in order", async () => {
      const [{ log }, other] = await open(realWorld);
      const texts = ['{"a":"ä \\u0000 😀"}', "", "x".repeat(600_000)];
      const positions: number[] = [];
      for (const [i, text] of texts.entries()) positions.push(await log.append("g", i + 1, text));
      const stored = texts.map((text, i) => ({
        position: positions[i],
        gid: "g",
        rev: i + 1,
        text,
      }));
      expect(await log.read("g")).toEqual(stored);
      expect(await other.log.read("g", 1)).toEqual(stored.slice(1));
      expect(await log.read("unknown")).toEqual([]);
    });

    test("refuses a rev that does not follow the last one, and says which that is", async () => {
      const [{ log }, other] = await open(realWorld);
      await expect(log.append("g", 2, "gap")).rejects.toMatchObject({ code: "conflict" });
      await log.append("g", 1, "one");
      await expect(other.log.append("g", 1, "again")).rejects.toMatchObject({
        code: "conflict",
        message: "g: expected last rev 0, found 1",
      });
      expect(await texts(log, "g")).toEqual(["one"]);
    });

    test("lets one of many concurrent appends of a rev win, and keeps the others out", async () => {
      const [{ log }, other] = await open(realWorld);
      for (let rev = 1; rev <= 20; rev += 1) {
        const tries = [log, other.log, log, other.log].map((log, i) =>
          log.append("g", rev, `${i}`),
        );
        const settled = await Promise.allSettled(tries);
        expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      }
      expect((await log.read("g")).map(({ rev }) => rev)).toEqual(upTo(20));
    });

    test("refuses one append of many at once without harm to its neighbours", async () => {
      const [{ log }] = await open(realWorld);
      const twice = ["a1", "a1 again"].map((text) => log.append("a", 1, text).then(() => text));
      const gap = log.append("a", 3, "a3").then(() => "a3");
      const others = ["b", "c"].map((gid) => log.append(gid, 1, gid).then(() => gid));
      const settled = await Promise.allSettled([...twice, gap, ...others]);
      const won = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      expect(won).toEqual([expect.stringMatching("a1"), "b", "c"]);
      await log.append("a", 2, "a2");
      expect(await texts(log, "a")).toEqual([won[0], "a2"]);
      expect([...(await texts(log, "b")), ...(await texts(log, "c"))]).toEqual(["b", "c"]);
    });

    test("gives positions that only ever grow, and a head that is the last of them", async () => {
      const [{ log }, other] = await open(realWorld);
      expect(await log.head()).toBe(0);
      const positions: number[] = [];
      for (let rev = 1; rev <= 10; rev += 1) {
        positions.push(await log.append("g", rev, ""), await other.log.append("h", rev, ""));
      }
      expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b));
      expect(await log.head()).toBe(positions.at(-1));
    });

    test("reads all commits from a position on, in batches, and ends", async () => {
      const [{ log }] = await open(realWorld);
      const positions = await Promise.all(upTo(2500).map((i) => log.append(`g${i}`, 1, `${i}`)));
      const batches = await toArray(log.readAll());
      const all = batches.flat();
      const appended = positions.map((position, i) => ({ position, text: `${i + 1}` }));
      expect(all.map(({ position, text }) => ({ position, text }))).toEqual(
        appended.toSorted((a, b) => a.position - b.position),
      );
      expect(batches.length).toBeGreaterThan(1);
      const rest = await toArray(log.readAll(all[1999]?.position));
      expect(rest.flat()).toEqual(all.slice(2000));
      expect(await toArray(log.readAll(all.at(-1)?.position))).toEqual([]);
    });

    test("tells followers on both handles of each commit exactly once, old and new", async () => {
      const [one, two] = await open(realWorld);
      await Promise.all(upTo(50).map((i) => one.log.append(`old${i}`, 1, "")));
      const following = [one, two].map(({ log }) => collect(log, 0, 250));
      for (let rev = 1; rev <= 100; rev += 1) {
        await Promise.all([one.log.append("a", rev, ""), two.log.append("b", rev, "")]);
      }
      const all = (await toArray(one.log.readAll())).flat();
      expect(all).toHaveLength(250);
      expect(await Promise.all(following)).toEqual([all, all]);
    });

    test("wakes a follower that waits, whichever handle appends", async () => {
      const [one, two] = await open(realWorld);
      for (const [i, by] of [one, two, one].entries()) {
        const following = collect(one.log, await one.log.head(), 1);
        for (let look = 0; look < 3; look += 1) await toArray(one.log.readAll());
        const position = await by.log.append("g", i + 1, "");
        expect(await following).toMatchObject([{ position }]);
      }
    });

    test("forgets a group's commits before a position, for every handle, and keeps its order", async () => {
      const [{ log }, other] = await open(realWorld);
      const first = await log.append("h", 1, "h1");
      for (const rev of [1, 2, 3]) await log.append("g", rev, `g${rev}`);
      const last = await other.log.append("g", 4, "g4");
      const behind = await other.log.append("h", 2, "h2");
      await log.read("g", 2);
      await other.log.forget("g", last);
      await other.log.forget("g", last);
      expect(await texts(log, "g")).toEqual(["g4"]);
      expect(await texts(other.log, "g")).toEqual(["g4"]);
      expect((await log.read("g", 2)).map(({ rev }) => rev)).toEqual([4]);
      expect((await other.log.read("g", 1)).map(({ rev }) => rev)).toEqual([4]);
      const all = (await toArray(log.readAll())).flat();
      expect(all.map(({ position }) => position)).toEqual([first, last, behind]);
      expect((await toArray(other.log.readAll(first))).flat()).toEqual(all.slice(1));
      expect(await log.head()).toBe(behind);
      const next = await log.append("g", 5, "g5");
      expect(next).toBeGreaterThan(behind);
      expect(await texts(other.log, "g")).toEqual(["g4", "g5"]);
    });

    test("never forgets a group's last commit, nor what is not there", async () => {
      const [{ log }] = await open(realWorld);
      await log.append("g", 1, "g1");
      const last = await log.append("g", 2, "g2");
      await log.forget("g", last + 7);
      await log.forget("nobody", last);
      expect(await texts(log, "g")).toEqual(["g2"]);
      expect(await log.head()).toBe(last);
    });

    test("appends a group's first commit with any rev, where there is none", async () => {
      const [{ log }, other] = await open(realWorld);
      await log.append("g", 7, "g7", 0);
      const again = other.log.append("g", 9, "g9", 0);
      await expect(again).rejects.toMatchObject({
        code: "conflict",
        message: "g: expected last rev 0, found 7",
      });
      await other.log.append("g", 8, "g8");
      expect((await log.read("g")).map(({ rev }) => rev)).toEqual([7, 8]);
      expect((await log.read("g", 7)).map(({ rev }) => rev)).toEqual([8]);
    });

    test("ends a follower when its signal aborts", async () => {
      const [{ log }] = await open(realWorld);
      const stop = new AbortController();
      const following = toArray(log.follow(0, stop.signal));
      await log.append("g", 1, "");
      stop.abort();
      expect((await following).flat().length).toBeLessThanOrEqual(1);
      expect(await toArray(log.follow(0, stop.signal))).toEqual([]);
    });
  });
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

async function texts(log: Log, gid: string): Promise<string[]> {
  return (await log.read(gid)).map(({ text }) => text);
}

async function collect(log: Log, after: number, count: number): Promise<readonly Stored[]> {
  const stop = new AbortController();
  const all: Stored[] = [];
  for await (const batch of log.follow(after, stop.signal)) {
    all.push(...batch);
    if (all.length >= count) stop.abort();
  }
  return all;
}
