import { afterEach, expect, test } from "vitest";
import { isRefusal } from "../actors/commands.ts";
import { toArray } from "../bus/contract/to-array.ts";
import { openMemoryBus } from "../bus/memory.ts";
import type { Bus } from "../bus/bus.ts";
import { realWorld } from "../bus/world.ts";
import { defineJob, openJobSystem, type JobSystem, type SystemSettings } from "../jobchart.ts";

const open: JobSystem[] = [];
afterEach(async () => {
  for (const system of open.splice(0).toReversed()) await system[Symbol.asyncDispose]();
});

const counted = defineJob<{ to: number }>({
  type: "count",
  args: { properties: { to: { type: "integer" } }, required: ["to"] },
  run: async (job) => {
    for (let i = Number(job.cursor ?? 0); i < job.args.to; i += 1) {
      await job.pausePoint();
      await job.checkpoint(i + 1);
      job.progress(i + 1, job.args.to);
    }
    return { counted: job.args.to };
  },
});

async function process(bus: Bus, settings: Partial<SystemSettings>): Promise<JobSystem> {
  const system = await openJobSystem({ bus, ...settings });
  open.push(system);
  return system;
}

async function fleet(): Promise<{ bus: Bus; client: JobSystem; node: JobSystem }> {
  const bus = openMemoryBus({ world: realWorld });
  const node = await process(bus, { node: true });
  await process(bus, { node: false, drivers: [counted], worker: { name: "w1" } });
  return { bus, node, client: await process(bus, { node: false, by: "ops@far" }) };
}

test("a job asked for at a node runs on a worker that has never seen the log", async () => {
  const { client } = await fleet();
  const reply = await client.create({ type: "count", id: "one", args: { to: 20 } });
  expect(isRefusal(reply)).toBe(false);
  const ended = await client.settled("one");
  expect(ended).toMatchObject({ outcome: "success", result: { counted: 20 }, by: "ops@far" });
  const history = await toArray(client.history("one"));
  expect(history.map(({ to }) => to).filter(Boolean)).toEqual([
    "created",
    "running",
    "waiting",
    "pending",
    "concluded",
    "null",
  ]);
  expect(history.find(({ to }) => to === "waiting")?.cause.by).toBe("worker/w1");
});

test("a new job costs its worker two requests: it claims unseen, and hears by replies", async () => {
  const { bus, client } = await fleet();
  const { requests } = bus;
  if (requests === undefined) throw new Error("a fleet has requests");
  const said: unknown[] = [];
  const request: typeof requests.request = (subject, message, options) => {
    const { verb } = JSON.parse(message.data) as { readonly verb?: string };
    said.push(verb ?? subject);
    return requests.request(subject, message, options);
  };
  const heard = { ...bus, requests: { ...requests, request } };
  const quick = defineJob({ type: "quick", args: {}, run: async () => null });
  await process(heard, { node: false, drivers: [quick], worker: { name: "w2" } });
  said.length = 0;
  await client.create({ type: "quick", id: "one" });
  expect((await client.settled("one"))?.outcome).toBe("success");
  await client.view.stats();
  expect(said).toEqual(["claimed", "finished"]);
});

test("members of a group finish together, and are asked about from afar", async () => {
  const { client } = await fleet();
  const jobs = ["a", "b", "c"].map((id) => ({
    type: "count",
    id,
    args: { to: 3 },
    autoFinalize: false,
  }));
  await client.transaction({ name: "three", completion: "grouped", jobs });
  await expect.poll(async () => (await client.job("a"))?.status).toBe("pending");
  expect((await client.queryJobs()).map(({ id }) => id)).toEqual(["c", "b", "a"]);
  expect(await client.view.stats()).toMatchObject({ status: { pending: 3 } });
  const [group] = await client.view.groups();
  expect(group).toMatchObject({ name: "three" });
  await client.ask("finalize", "b");
  expect((await client.settled("c"))?.outcome).toBe("success");
});

test("events are those of the feed in a fleet, and made of the log elsewhere", async () => {
  const { client } = await fleet();
  await using alone = await openJobSystem({ bus: "memory:", drivers: [counted], worker: true });
  const told = [client, alone].map(async (system) => {
    await system.create({ type: "count", id: "one", args: { to: 1 } });
    await system.settled("one");
    const events = await toArray(system.events({ after: { timeMs: 0 }, untilNow: true }));
    return events.map(({ job, to }) => `${job} ${to}`);
  });
  const [fromFeed, fromLog] = await Promise.all(told);
  expect(fromFeed).toHaveLength(6);
  expect(fromFeed).toEqual(fromLog);
});

test("refusals come back as they were said", async () => {
  const { client, node } = await fleet();
  for (const system of [client, node]) {
    expect(await system.ask("pause", "nobody")).toMatchObject({ refused: "Job not found" });
    const unknown = await system.create({ type: "nothing" });
    expect(unknown).toMatchObject({ guard: "type", verb: "create" });
    const misfit = await system.create({ type: "count", args: { to: "x" } });
    expect(misfit).toMatchObject({ guard: "args" });
  }
  const held = await client.create({ type: "count", id: "held", args: { to: 1 }, hold: true });
  expect(isRefusal(held)).toBe(false);
  expect(await client.ask("complete", "held")).toMatchObject({
    guard: "table",
    status: "created",
    legal: ["start", "pause", "resume", "cancel", "set-speed", "change"],
  });
});

test("the same command again gets the first reply again", async () => {
  const { client } = await fleet();
  const spec = { type: "count", args: { to: 1 }, hold: true };
  const first = await client.create(spec, { commandId: "cmd-1" });
  expect(await client.create(spec, { commandId: "cmd-1" })).toEqual(first);
});
