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
