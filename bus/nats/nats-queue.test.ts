import type { Msg } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { describeWith, parts } from "../../properties/parts.ts";
import { FastWorld } from "../contract/fast-world.ts";
import { patience } from "../contract/patience.ts";
import { realWorld } from "../world.ts";
import { freshBus } from "./fresh-bus.ts";
import type { Link } from "./link.ts";
import { natsQueue } from "./nats-queue.ts";
import type { NatsBus } from "./open-nats-bus.ts";
import { testServer, type TestServers } from "./server/test-servers.ts";
import { WorkPull } from "./work-pull.ts";

const copy = (uid: string) => ({ uid, type: "copy" });
async function waitingPulls(
  { link: { jsm, names } }: NatsBus,
  place = "copy+any",
): Promise<number> {
  return (await jsm.consumers.info(names.streams.work, place)).num_waiting;
}

async function itemsLeft({ link: { jsm, names } }: NatsBus): Promise<number> {
  return (await jsm.streams.info(names.streams.work)).state.messages;
}

describeWith(parts.nats, "the queue on NATS", () => {
  let server: TestServers;
  beforeAll(async () => {
    server = await testServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const never = new AbortController().signal;
  const wanted = { types: ["copy"], host: "here" };
  const dayMs = 86_400_000;

  test("however many wait, one request is open at each place", async () => {
    const bus = await freshBus(server);
    await bus.queue.prepare(wanted);
    const stop = new AbortController();
    const takes = Array.from({ length: 50 }, () => bus.queue.take(wanted, stop.signal));
    await vi.waitFor(async () => expect(await waitingPulls(bus)).toBe(1), patience);
    for (let i = 0; i < 49; i += 1) await bus.queue.offer(copy(`u${i}`));
    await vi.waitFor(async () => expect(await waitingPulls(bus)).toBe(1), patience);
    stop.abort();
    const taken = (await Promise.all(takes)).filter((item) => item !== undefined);
    expect(new Set(taken.map(({ uid }) => uid)).size).toBe(49);
  });

  test("what arrives when nobody waits any more is handed back at once", async () => {
    const bus = await freshBus(server);
    const queue = natsQueue(bus.link, { visibilityMs: dayMs });
    await queue.prepare(wanted);
    const stop = new AbortController();
    const taking = queue.take(wanted, stop.signal);
    await vi.waitFor(async () => expect(await waitingPulls(bus)).toBe(1), patience);
    stop.abort();
    expect(await taking).toBeUndefined();
    await queue.offer(copy("a"));
    const other = natsQueue(bus.link, { visibilityMs: dayMs });
    expect(await other.take(wanted, never)).toEqual(copy("a"));
  });

  test("what comes of a lower priority is not taken before the higher ones have answered", async () => {
    const bus = await freshBus(server);
    const { link } = bus;
    const high = (uid: string) => ({ ...copy(uid), priority: 5 });
    await bus.queue.prepare(wanted);
    await bus.queue.offer(high("first"));
    let gate = Promise.resolve();
    const request: Link["nc"]["request"] = async (subject, ...message) => {
      if (subject.endsWith(".copy+any+p5")) await gate;
      return link.nc.request(subject, ...message);
    };
    const queue = natsQueue({ ...link, nc: Object.assign(Object.create(link.nc), { request }) });
    expect(await queue.take(wanted, never)).toEqual(high("first"));
    const takes = [queue.take(wanted, never), queue.take(wanted, never)];
    await vi.waitFor(async () => {
      expect([await waitingPulls(bus), await waitingPulls(bus, "copy+any+p5")]).toEqual([1, 1]);
    }, patience);
    const { promise, resolve: answer } = Promise.withResolvers<void>();
    gate = promise;
    await bus.queue.offer(high("second"));
    expect(await takes[0]).toEqual(high("second"));
    await bus.queue.offer(copy("low"));
    await vi.waitFor(async () => expect(await waitingPulls(bus)).toBe(0), patience);
    await bus.queue.offer(high("third"));
    answer();
    expect(await takes[1]).toEqual(high("third"));
    expect(await queue.take(wanted, never)).toEqual(copy("low"));
  });

  test("what is on its way back to its place is waited for before the place counts as empty", async () => {
    const { link, queue } = await freshBus(server);
    await queue.offer(copy("a"));
    const { promise, resolve: letGo } = Promise.withResolvers<void>();
    const request: Link["nc"]["request"] = async (subject, data, options) => {
      if (data === "-NAK") await promise;
      return link.nc.request(subject, data, options);
    };
    const nc = Object.assign(Object.create(link.nc), { request });
    const items: Msg[] = [];
    const pull = new WorkPull({ ...link, nc }, "copy+any", {
      onItem: (message) => items.push(message),
      onEnd: () => {},
    });
    expect(await pull.look()).toBe(true);
    for (const item of items) pull.handBack(item);
    const looking = pull.look();
    letGo();
    expect(await looking).toBe(true);
    expect(items.map((item) => item.json())).toEqual([copy("a"), copy("a")]);
    pull.stop();
  });

  test("a place is made ready before there is any work, and not by who takes", async () => {
    const bus = await freshBus(server);
    const { link, queue } = bus;
    const names = async () => {
      const found: string[] = [];
      for await (const { name } of link.jsm.consumers.list(link.names.streams.work))
        found.push(name);
      return found.toSorted();
    };
    expect(await queue.take(wanted, AbortSignal.timeout(50))).toBeUndefined();
    expect(await names()).toEqual([]);
    await queue.prepare({ types: ["copy", "scan"], host: "here" });
    expect(await names()).toEqual(["copy+any", "copy+on-here", "scan+any", "scan+on-here"]);
  });

  test("the place of an item that was deleted is made again by who offers next", async () => {
    const bus = await freshBus(server);
    await bus.queue.prepare(wanted);
    const taking = bus.queue.take(wanted, never);
    await vi.waitFor(async () => expect(await waitingPulls(bus)).toBe(1), patience);
    await bus.link.jsm.consumers.delete(bus.link.names.streams.work, "copy+any");
    await natsQueue(bus.link).offer(copy("a"));
    expect(await taking).toEqual(copy("a"));
  });

  test("an item is removed although its place was deleted after it was taken", async () => {
    const bus = await freshBus(server);
    await bus.queue.offer(copy("a"));
    await bus.queue.take(wanted, never);
    await bus.link.jsm.consumers.delete(bus.link.names.streams.work, "copy+any");
    await bus.queue.done("a");
    expect(await itemsLeft(bus)).toBe(0);
  });

  test("a message that is no work is removed, and holds nobody up", async () => {
    const bus = await freshBus(server);
    await bus.queue.prepare(wanted);
    const { nc, names } = bus.link;
    for (const [i, data] of ["no JSON", "null", "[]", '{"uid":7,"type":"copy"}'].entries()) {
      await nc.request(`${names.prefix}.work.copy.any.bad${i}`, data);
    }
    await bus.queue.offer(copy("a"));
    expect(await bus.queue.take(wanted, never)).toEqual(copy("a"));
    await bus.queue.done("a");
    await vi.waitFor(async () => expect(await itemsLeft(bus)).toBe(0), patience);
  });

  test("a consumer of somebody else's on our subjects is named, with what to do", async () => {
    const bus = await freshBus(server);
    const { jsm, names } = bus.link;
    await jsm.consumers.add(names.streams.work, { durable_name: "theirs", ack_policy: "explicit" });
    await expect(bus.queue.offer(copy("a"))).rejects.toMatchObject({
      code: "foreign",
      message: expect.stringMatching(/another consumer than Jobchart's .*: remove it/),
    });
  });

  test("a request for work that is lost on its way is made again", async () => {
    const { link, queue } = await freshBus(server);
    await queue.offer(copy("a"));
    let lost = 0;
    const publish: Link["nc"]["publish"] = (subject, ...message) => {
      const isLost = lost === 0 && subject.includes("CONSUMER.MSG.NEXT");
      if (isLost) lost += 1;
      else link.nc.publish(subject, ...message);
    };
    const nc = Object.assign(Object.create(link.nc), { publish });
    const losing = natsQueue({ ...link, nc, world: new FastWorld() });
    const enough = AbortSignal.timeout(patience.timeout);
    expect(await losing.take(wanted, enough)).toEqual(copy("a"));
    expect(lost).toBe(1);
  });

  test("who waits asks anew when the server was killed and started, and not only in a while", async () => {
    await using own = await testServer();
    const bus = await freshBus(own);
    const { link, onConnection } = bus;
    // The while never passes.
    const queue = natsQueue({ ...link, world: { ...realWorld, monotonic: () => 0 } });
    const enough = AbortSignal.timeout(patience.timeout);
    const isUp = Promise.withResolvers<void>();
    onConnection(({ is }) => is === "up" && isUp.resolve());
    await queue.prepare(wanted);
    const taking = queue.take(wanted, enough);
    await vi.waitFor(async () => expect(await waitingPulls(bus)).toBe(1), patience);
    await own.servers[0]?.stop("SIGKILL");
    await own.servers[0]?.start();
    await isUp.promise;
    await vi.waitFor(() => queue.offer(copy("a")), patience);
    expect(await taking).toEqual(copy("a"));
  });

  test("who waits when the connection ends for good is told so", async () => {
    const bus = await freshBus(server);
    await bus.queue.prepare(wanted);
    const taking = bus.queue.take(wanted, never);
    await vi.waitFor(async () => expect(await waitingPulls(bus)).toBe(1), patience);
    await bus.link.nc.close();
    await expect(taking).rejects.toMatchObject({ code: "closed" });
    await expect(bus.queue.take(wanted, never)).rejects.toMatchObject({ code: "closed" });
  });
});
