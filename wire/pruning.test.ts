/** Pruning in a fleet: asked for from afar, done by nodes; log, feed and names stay in step. */
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { freshBus } from "../bus/nats/fresh-bus.ts";
import { testServer, type TestServers } from "../bus/nats/server/test-servers.ts";
import type { Bus } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld, type World } from "../bus/world.ts";
import { isRefusal, openJobSystem, type JobSystem, type SystemSettings } from "../jobchart.ts";
import { gidOf } from "../machines/job-id.ts";
import { collected } from "../projections/collected.ts";
import { describeWith, parts } from "../properties/parts.ts";

const noop = { type: "noop", args: {}, run: async () => null };

async function opened(bus: Bus, settings: Partial<SystemSettings>): Promise<JobSystem> {
  const errors: unknown[] = [];
  const system = await openJobSystem({ bus, onError: (error) => errors.push(error), ...settings });
  onTestFinished(async () => {
    await system[Symbol.asyncDispose]();
    expect(errors).toEqual([]);
  });
  return system;
}

/** Jobs that have run, and whose ends are in the feed. */
async function ran(client: JobSystem, ids: readonly string[]): Promise<void> {
  const before = (await client.bus.outlet.head()).head;
  for (const id of ids) expect(isRefusal(await client.create({ type: "noop", id }))).toBe(false);
  await Promise.all(ids.map((id) => client.settled(id)));
  await vi.waitFor(async () => {
    const entries = await collected(client.bus.outlet.read(before));
    expect(entries.filter(({ subject }) => subject.endsWith(".null"))).toHaveLength(ids.length);
  });
}

async function lengths({ bus }: JobSystem, uids: readonly (string | undefined)[]) {
  const reads = uids.map(async (uid = "") => (await bus.log.read(gidOf(uid))).length);
  return Promise.all(reads);
}

describeWith(parts.nats, "a fleet on a server", () => {
  let servers: TestServers;
  beforeAll(async () => {
    servers = await testServer();
  });
  afterAll(() => servers[Symbol.asyncDispose]());

  test("prunes for who asks from afar, and goes on", async () => {
    const bus = await freshBus(servers);
    await opened(bus, { node: true });
    const other = await opened(bus, { node: true });
    await opened(bus, { node: false, drivers: [noop], worker: { name: "w1" } });
    const client = await opened(bus, { node: false, by: "ops@far" });
    await ran(client, ["a", "b", "c"]);
    const uids = await Promise.all(["a", "b", "c"].map((id) => client.uidOf(id)));
    expect(await other.job("b")).toMatchObject({ outcome: "success" });
    const endedBy = realWorld.now();
    expect(await client.prune({ endedBy, isDry: true })).toMatchObject({ groups: 3, jobs: 3 });
    expect(await client.prune({ endedBy })).toMatchObject({ groups: 3, jobs: 3 });
    expect(await lengths(client, uids)).toEqual([1, 1, 1]);
    expect(await collected(bus.outlet.read(0))).toHaveLength(1);
    const [event] = await collected(client.history("b"));
    expect(event).toMatchObject({
      kind: "pruned",
      uid: uids[1],
      pruned: { jobs: [{ id: "b", outcome: "success" }] },
      cause: { by: "ops@far" },
    });
    expect(await other.job("b")).toBeUndefined();
    expect((await other.view.stats()).types["noop"]).toMatchObject({ lives: 3 });
    const late = await opened(await freshBus(servers, { prefix: bus.link.names.prefix }), {
      node: true,
    });
    await ran(client, ["b", "d"]);
    expect(await client.job("b")).toMatchObject({ outcome: "success" });
    const live = await client.view.stats();
    expect(await late.view.stats()).toEqual(live);
    expect(await late.queryJobs({ all: true })).toHaveLength(2);
    await ran(client, ["e"]);
  });

  test("leaves a group that has a gap, and prunes all others", async () => {
    const bus = await freshBus(servers);
    const ids = ["a", "b", "c"];
    {
      await using node = await openJobSystem({ bus, node: true });
      await using _ = await openJobSystem({ bus, node: false, drivers: [noop], worker: true });
      await ran(node, ids);
    }
    const late = await freshBus(servers, { prefix: bus.link.names.prefix });
    const node = await opened(late, { node: true });
    const uids = await Promise.all(ids.map((id) => node.uidOf(id)));
    const [, second] = await bus.log.read(gidOf(uids[0] ?? ""));
    await bus.link.jsm.streams.deleteMessage(bus.link.names.streams.log, second?.position ?? 0);
    expect(await node.prune({ endedBy: realWorld.now() })).toMatchObject({ groups: 2, jobs: 2 });
    expect(await lengths(node, uids.slice(1))).toEqual([1, 1]);
    await expect(lengths(node, uids.slice(0, 1))).rejects.toMatchObject({ code: "corrupt" });
  });

  test("reads a group from where it knew it, when all of that is gone", async () => {
    const bus = await freshBus(servers);
    const reader = await freshBus(servers, { prefix: bus.link.names.prefix });
    const positions: number[] = [];
    for (const rev of [1, 2, 3, 4, 5]) positions.push(await bus.log.append("g", rev, `${rev}`));
    expect(await reader.log.read("g", 2)).toHaveLength(3);
    const last = await bus.log.append("g", 6, "6");
    await bus.log.append("g", 7, "7");
    await reader.log.forget("g", last);
    expect((await bus.log.read("g", 3)).map(({ rev }) => rev)).toEqual([6, 7]);
    expect((await reader.log.read("g", 3)).map(({ rev }) => rev)).toEqual([6, 7]);
  });
});

test("the feed loses what was told by then, and nothing to a dry run", async () => {
  const bus = openMemoryBus({ world: realWorld });
  const node = await opened(bus, { node: true });
  await opened(bus, { node: false, drivers: [noop], worker: { name: "w1" } });
  await ran(node, ["a"]);
  const endedBy = realWorld.now();
  await vi.waitFor(() => expect(realWorld.now()).toBeGreaterThan(endedBy));
  const { head } = await bus.outlet.head();
  await ran(node, ["b"]);
  const feed = await collected(bus.outlet.read(0));
  expect(await node.prune({ endedBy, isDry: true })).toMatchObject({ groups: 1 });
  expect(await collected(bus.outlet.read(0))).toEqual(feed);
  expect(await node.prune({ endedBy })).toMatchObject({ groups: 1 });
  expect(await collected(bus.outlet.read(0))).toEqual(feed.slice(head));
});

test("a node prunes by itself what is older than it retains, and waits an hour", async () => {
  const bus = openMemoryBus({ world: realWorld });
  const sleeps: number[] = [];
  const { promise: due, resolve } = Promise.withResolvers<void>();
  let random = 0;
  const world: World = {
    ...realWorld,
    random: () => random,
    sleep: async (ms, signal, options) => {
      if (options?.background !== true || ms < 60_000) return realWorld.sleep(ms, signal, options);
      sleeps.push(ms);
      if (sleeps.length > 1) return realWorld.sleep(ms, signal, options);
      await due;
    },
  };
  random = 0.5;
  await opened(bus, { node: true, world, retainMs: 0 });
  await opened(bus, { node: false, drivers: [noop], worker: { name: "w1" } });
  const client = await opened(bus, { node: false });
  await ran(client, ["a"]);
  const uid = await client.uidOf("a");
  expect(await lengths(client, [uid])).not.toEqual([1]);
  resolve();
  await vi.waitFor(async () => expect(await lengths(client, [uid])).toEqual([1]));
  await vi.waitFor(() => expect(sleeps).toEqual([1_800_000, 3_600_000]));
});
