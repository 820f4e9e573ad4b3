/**
 * What the queue promises: offered once however often, given to one taker at a time, higher
 * priorities first, given out again unless done, and no waiting for who could have it.
 */
import { describe, expect, test } from "vitest";
import type { Bus, WorkItem } from "../bus.ts";
import { realWorld } from "../world.ts";
import { FastWorld } from "./fast-world.ts";
import type { OpenTwo } from "./two-handles.ts";

const anyone = { types: [], host: "here" };
const never = new AbortController().signal;
const copy = (uid: string): WorkItem => ({ uid, type: "copy" });
const ranked = (uid: string, priority: number): WorkItem => ({ ...copy(uid), priority });

async function takeAll({ queue }: Bus, count: number): Promise<readonly (string | undefined)[]> {
  const uids = [];
  for (let taken = 0; taken < count; taken += 1) uids.push((await queue.take(anyone, never))?.uid);
  return uids;
}

export function queueContract(name: string, open: OpenTwo): void {
  describe(`the queue of ${name}`, () => {
    test("gives items out in the order of offering", async () => {
      const [{ queue }, other] = await open(realWorld);
      for (const uid of ["b", "a", "c"]) await queue.offer(copy(uid));
      const taken = [];
      for (let i = 0; i < 3; i += 1) taken.push(await other.queue.take(anyone, never));
      expect(taken).toEqual(["b", "a", "c"].map(copy));
    });

    test("gives the higher priorities out first, and each in the order of offering", async () => {
      const [one, other] = await open(realWorld);
      const offered = [copy("b0"), ranked("z-", -9), ranked("c9", 9), copy("a0"), ranked("d3", 3)];
      for (const item of [...offered, ranked("a3", 3), ranked("y-", -9), ranked("a9", 9)]) {
        await one.queue.offer(item);
      }
      expect(await other.queue.take(anyone, never)).toEqual(ranked("c9", 9));
      expect(await takeAll(one, 3)).toEqual(["a9", "d3", "a3"]);
      expect(await takeAll(other, 4)).toEqual(["b0", "a0", "z-", "y-"]);
    });

    test("gives what comes to who waits, and then the highest of what came", async () => {
      const [one, other] = await open(realWorld);
      await one.queue.offer(ranked("first", 5));
      await takeAll(other, 1);
      const waiting = other.queue.take(anyone, never);
      await one.queue.offer(ranked("low", -5));
      expect(await waiting).toEqual(ranked("low", -5));
      // Of priorities that had work before, and of one that had none.
      for (const priority of [-5, 7, 0, 5]) await one.queue.offer(ranked(`p${priority}`, priority));
      expect(await takeAll(other, 4)).toEqual(["p7", "p5", "p0", "p-5"]);
    });

    test("gives many that wait what there is, whatever its priority", async () => {
      const [one, two] = await open(realWorld);
      const uids = Array.from({ length: 12 }, (_, i) => `u${i}`);
      const takes = uids.map((_, i) => (i % 2 ? one : two).queue.take(anyone, never));
      await Promise.all(uids.map((uid, i) => one.queue.offer(ranked(uid, (i % 3) - 1))));
      const taken = (await Promise.all(takes)).map((item) => item?.uid);
      expect(new Set(taken)).toEqual(new Set(uids));
    });

    test("puts what is offered again neither before nor behind what it stood among", async () => {
      const [one, other] = await open(realWorld);
      const items = [copy("a"), ranked("b", 1), copy("c"), ranked("d", 1)];
      for (const item of items) await one.queue.offer(item);
      for (const item of items.toReversed()) await other.queue.offer(item);
      expect(await takeAll(other, 4)).toEqual(["b", "d", "a", "c"]);
    });

    test("gives the highest that the taker may have, whoever may have the others", async () => {
      const [one, other] = await open(realWorld);
      await one.queue.offer(copy("any"));
      await one.queue.offer({ ...ranked("here", 2), host: "here", require: { disk: "ssd" } });
      await one.queue.offer({ ...ranked("there", 9), host: "there" });
      await one.queue.offer({ ...ranked("tagged", 8), require: { gpu: "a100" } });
      await one.queue.offer({ ...ranked("scan", 7), type: "scan" });
      const wanted = { types: ["copy"], host: "here", tags: { disk: "ssd" } };
      const taken = [await other.queue.take(wanted, never), await other.queue.take(wanted, never)];
      expect(taken.map((item) => item?.uid)).toEqual(["here", "any"]);
      const able = { ...wanted, types: [], tags: { gpu: "a100" } };
      expect(await one.queue.take(able, never)).toMatchObject({ uid: "tagged", priority: 8 });
    });

    test("gives an item out again before what has waited longer at a lower priority", async () => {
      const [one, other] = await open(new FastWorld());
      await one.queue.offer(copy("low"));
      await one.queue.offer(ranked("high", 5));
      await one.queue.offer({ uid: "clock", type: "clock" });
      expect(await takeAll(other, 1)).toEqual(["high"]);
      // Taken later, it is given out again later: the first is free by then.
      const clock = { types: ["clock"], host: "here" };
      await other.queue.take(clock, never);
      await other.queue.take(clock, never);
      const copies = { types: ["copy"], host: "here" };
      expect(await other.queue.take(copies, never)).toEqual(ranked("high", 5));
      await other.queue.done("high");
      expect(await one.queue.take(copies, never)).toEqual(copy("low"));
    });

    test("holds an item once, however often it is offered", async () => {
      const [{ queue }, other] = await open(realWorld);
      await Promise.all([queue, other.queue, queue].map((queue) => queue.offer(copy("a"))));
      await queue.take(anyone, never);
      await queue.offer(copy("a"));
      await queue.offer(copy("b"));
      expect(await queue.take(anyone, never)).toEqual(copy("b"));
    });

    test("never gives one item to two takers", async () => {
      const [one, two] = await open(realWorld);
      const uids = Array.from({ length: 40 }, (_, i) => `u${i}`);
      const takes = uids.map((_, i) => (i % 2 ? one : two).queue.take(anyone, never));
      await Promise.all(uids.map((uid) => one.queue.offer(copy(uid))));
      const taken = (await Promise.all(takes)).map((item) => item?.uid);
      expect(new Set(taken)).toEqual(new Set(uids));
    });

    test("gives a type and a host only to who wants and is it", async () => {
      const [{ queue }] = await open(realWorld);
      await queue.offer({ uid: "there", type: "copy", host: "there" });
      await queue.offer({ uid: "scan", type: "scan" });
      await queue.offer({ uid: "here", type: "copy", host: "here" });
      const wanted = { types: ["copy", "move"], host: "here" };
      expect(await queue.take(wanted, never)).toMatchObject({ uid: "here", host: "here" });
      expect(await queue.take({ types: ["scan"], host: "" }, never)).toEqual({
        uid: "scan",
        type: "scan",
      });
      expect(await queue.take({ ...anyone, host: "there" }, never)).toMatchObject({ uid: "there" });
    });

    test("gives what requires tags only to who has each of them", async () => {
      const [{ queue }, other] = await open(realWorld);
      const require = { gpu: "a100", "disk.kind": "ssd = fast" };
      const items: readonly WorkItem[] = [
        { ...copy("a100"), require },
        { ...copy("h100"), require: { gpu: "h100" } },
        copy("any"),
      ];
      for (const item of items) await queue.offer(item);
      const take = (tags?: Record<string, string>) =>
        other.queue.take({ ...anyone, ...(tags && { tags }) }, never);
      expect(await take({ gpu: "a100", "disk.kind": "hdd" })).toEqual(copy("any"));
      expect(await take({ ...require, zone: "b" })).toEqual(items[0]);
      const waiting = take();
      await queue.offer(copy("later"));
      expect(await waiting).toEqual(copy("later"));
      expect(await take({ gpu: "h100" })).toEqual(items[1]);
    });

    test("gives what is bound to a host and requires tags to nobody who lacks either", async () => {
      const [{ queue }, other] = await open(realWorld);
      const tags = { gpu: "a100" };
      const bound: WorkItem = { ...copy("bound"), host: "here", require: tags };
      await queue.offer(bound);
      await queue.offer(copy("any"));
      await queue.offer(copy("another"));
      const wanted = { types: ["copy"], host: "here" };
      expect(await other.queue.take(wanted, never)).toEqual(copy("any"));
      expect(await other.queue.take({ ...wanted, host: "there", tags }, never)).toEqual(
        copy("another"),
      );
      expect(await queue.take({ ...wanted, tags }, never)).toEqual(bound);
    });

    test("gives to whom it was made ready for, and to others as well", async () => {
      const [{ queue }, other] = await open(realWorld);
      const wanted = { types: ["copy"], host: "here", tags: { gpu: "a100" } };
      await queue.prepare(wanted);
      await other.queue.prepare(wanted);
      const waiting = other.queue.take(wanted, never);
      const item: WorkItem = { ...copy("a"), require: wanted.tags };
      await queue.offer(item);
      expect(await waiting).toEqual(item);
      await queue.offer({ uid: "s", type: "scan" });
      expect(await queue.take({ types: ["scan"], host: "here" }, never)).toMatchObject({
        uid: "s",
      });
    });

    test("wakes a taker that waits when an item is offered elsewhere", async () => {
      const [{ queue }, other] = await open(realWorld);
      const waiting = queue.take(anyone, never);
      await other.queue.offer(copy("a"));
      expect(await waiting).toEqual(copy("a"));
    });

    test("gives an item out again when its taker is not done with it in time", async () => {
      const [{ queue }, other] = await open(new FastWorld());
      const item: WorkItem = { ...copy("a"), host: "here", require: { gpu: "a100" } };
      const wanted = { ...anyone, tags: { gpu: "a100" } };
      await queue.offer(item);
      await queue.take(wanted, never);
      expect(await other.queue.take(wanted, never)).toEqual(item);
    });

    test("forgets an item that is done, until it is offered again", async () => {
      const [{ queue }, other] = await open(new FastWorld());
      await queue.offer(copy("a"));
      await queue.take(anyone, never);
      await other.queue.done("a");
      await queue.offer(copy("b"));
      const first = await queue.take(anyone, never);
      const givenOutAgain = await queue.take(anyone, never);
      expect([first, givenOutAgain]).toEqual([copy("b"), copy("b")]);
      await queue.done("b");
      await queue.offer(copy("a"));
      expect(await queue.take(anyone, never)).toEqual(copy("a"));
      await expect(queue.done("unknown")).resolves.toBeUndefined();
    });

    test("lets a taker go when its signal aborts", async () => {
      const [{ queue }] = await open(realWorld);
      const stop = new AbortController();
      const waiting = queue.take(anyone, stop.signal);
      stop.abort();
      expect(await waiting).toBeUndefined();
      await queue.offer(copy("a"));
      expect(await queue.take(anyone, stop.signal)).toBeUndefined();
      expect(await queue.take(anyone, never)).toEqual(copy("a"));
    });
  });
}
