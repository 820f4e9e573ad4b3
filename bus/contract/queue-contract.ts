/**
 * What the queue promises: offered once however often, given to one taker at a time, given out
 * again unless done, and no waiting for who could have it.
 */
import { describe, expect, test } from "vitest";
import type { WorkItem } from "../bus.ts";
import { realWorld } from "../world.ts";
import { FastWorld } from "./fast-world.ts";
import type { OpenTwo } from "./two-handles.ts";

const anyone = { types: [], host: "here" };
const never = new AbortController().signal;
const copy = (uid: string): WorkItem => ({ uid, type: "copy" });

export function queueContract(name: string, open: OpenTwo): void {
  describe(`the queue of ${name}`, () => {
    test("gives items out in the order of offering", async () => {
      const [{ queue }, other] = await open(realWorld);
      for (const uid of ["b", "a", "c"]) await queue.offer(copy(uid));
      const taken = [];
      for (let i = 0; i < 3; i += 1) taken.push(await other.queue.take(anyone, never));
      expect(taken).toEqual(["b", "a", "c"].map(copy));
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

    test("wakes a taker that waits when an item is offered elsewhere", async () => {
      const [{ queue }, other] = await open(realWorld);
      const waiting = queue.take(anyone, never);
      await other.queue.offer(copy("a"));
      expect(await waiting).toEqual(copy("a"));
    });

    test("gives an item out again when its taker is not done with it in time", async () => {
      const [{ queue }, other] = await open(new FastWorld());
      await queue.offer(copy("a"));
      await queue.take(anyone, never);
      expect(await other.queue.take(anyone, never)).toEqual(copy("a"));
    });

    test("gives an item out again although the clock went back", async () => {
      const world = new FastWorld();
      const [{ queue }] = await open(world);
      await queue.offer(copy("a"));
      await queue.take(anyone, never);
      world.push(-86_400_000);
      expect(await queue.take(anyone, never)).toEqual(copy("a"));
    });

    test("forgets an item that is done, until it is offered again", async () => {
      const world = new FastWorld();
      const [{ queue }, other] = await open(world);
      await queue.offer(copy("a"));
      await queue.take(anyone, never);
      await other.queue.done("a");
      world.push(3_600_000);
      await queue.offer(copy("b"));
      expect(await queue.take(anyone, never)).toEqual(copy("b"));
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
