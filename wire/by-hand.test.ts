/**
 * What people type into the tools of NATS, and what those send for them: plain messages to a real
 * server, with no client of ours.
 */
import { connect, headers, type Msg, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testServer, type TestServers } from "../bus/nats/server/test-servers.ts";
import { toArray } from "../bus/contract/to-array.ts";
import { defineJob, openJobSystem, type JobSystem } from "../jobchart.ts";
import {
  commandPattern,
  queryPattern,
  reportPattern,
  upkeepPattern,
  wireVersion,
} from "./subjects.ts";

const noop = defineJob({ type: "noop", args: {}, run: async () => null });
const mirror = defineJob({
  type: "mirror",
  args: {},
  ready: true,
  run: async (job) => {
    await job.becomeReady();
    while (!job.completing) await job.sleep(50);
    return null;
  },
});

let server: TestServers;
let node: JobSystem;
let nc: NatsConnection;
beforeAll(async () => {
  server = await testServer();
  const settings = { bus: server.url, drivers: [noop, mirror], worker: { name: "w.1" } };
  node = await openJobSystem({ ...settings, node: true });
  nc = await connect({ servers: server.url.replace("nats://", "") });
});
afterAll(async () => {
  await nc.close();
  await node[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

interface Said {
  readonly code: string | undefined;
  readonly body: any;
}

function saidBy(message: Msg): Said {
  const code = message.headers?.get("Nats-Service-Error-Code");
  return { code: code === "" ? undefined : code, body: JSON.parse(message.string()) };
}

/** `nats req SUBJECT DATA`. */
async function request(subject: string, data: string | object = ""): Promise<Said> {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return saidBy(await nc.request(subject, text, { timeout: 10_000 }));
}

/** `nats sub SUBJECT`, and what it has shown so far. */
function subscribe(subject: string): readonly Msg[] {
  const heard: Msg[] = [];
  nc.subscribe(subject, { callback: (_error, message) => void heard.push(message) });
  return heard;
}

describe("a plain subscription", () => {
  test("hears of each change that its subject names, once, in order, and of no other", async () => {
    const ready = subscribe("job.event.*.*.ready");
    const ofDaily = subscribe("job.event.*.daily=2Edb.*");
    const all = subscribe("job.event.>");
    await nc.flush();
    for (const id of ["daily.db", "weekly"]) await node.create({ type: "mirror", id });
    await node.create({ type: "noop", id: "quick" });
    await expect.poll(() => ready.length).toBe(2);
    for (const id of ["daily.db", "weekly"])
      await request(`job.cmd.complete.${id.replace(".", "=2E")}`);
    for (const id of ["daily.db", "weekly", "quick"]) await node.settled(id);
    const told = await toArray(node.events({ after: { position: 0 }, untilNow: true }));
    await expect.poll(() => all.length).toBe(told.length);
    expect(all.map((message) => message.json())).toEqual(told);
    const subjects = ready.map(({ subject }) => subject).toSorted();
    expect(subjects).toEqual([
      "job.event.mirror.daily=2Edb.ready",
      "job.event.mirror.weekly.ready",
    ]);
    expect(ofDaily.map((message) => message.json<{ to: string }>().to)).toEqual([
      "created",
      "running",
      "ready",
      "waiting",
      "pending",
      "concluded",
      "null",
    ]);
    for (const { headers: fields } of ready) {
      expect(fields?.get("ce-type")).toBe("jobchart.job.ready");
      expect(fields?.get("ce-specversion")).toBe("1.0");
      expect(fields?.get("Job-Position")).toMatch(/^\d+\.\d+$/);
    }
  });
});

describe("the tools for services", () => {
  test("find the node, what it serves, and how often it was asked", async () => {
    const { body: ping } = await request("$SRV.PING.jobchart");
    expect(ping).toMatchObject({
      type: "io.nats.micro.v1.ping_response",
      name: "jobchart",
      version: `${wireVersion}.0.0`,
    });
    const { body: info } = await request(`$SRV.INFO.jobchart.${ping.id}`);
    expect(info.endpoints).toMatchObject([
      { name: "commands", subject: `job.${commandPattern}`, queue_group: "q" },
      { name: "reports", subject: `job.${reportPattern}`, queue_group: "q" },
      { name: "queries", subject: `job.${queryPattern}`, queue_group: "q" },
      { name: "upkeep", subject: `job.${upkeepPattern}`, queue_group: "q" },
    ]);
    const requestsOf = async () =>
      (await request("$SRV.STATS.jobchart")).body.endpoints.map((each: any) => each.num_requests);
    const [, , before] = await requestsOf();
    await request("job.query.stats");
    expect((await requestsOf())[2]).toBe(before + 1);
  });
});

describe("a request", () => {
  test("of nothing but a subject is a command", async () => {
    await node.create({ type: "noop", id: "held", hold: true });
    const paused = await request("job.cmd.pause.held");
    expect(paused).toMatchObject({ code: undefined, body: { rev: 2 } });
    expect(paused.body.group.jobs).toMatchObject([{ userPaused: true, by: expect.any(String) }]);
    const again = await nc.request("job.cmd.pause.held");
    expect(saidBy(again)).toMatchObject({ code: "409", body: { guard: "not-paused" } });
    expect(again.headers?.get("Nats-Service-Error")).toBe("Job is already paused");
  });

  test("sent again with its id gets the first reply again, whatever happened since", async () => {
    const create = { id: "hand-1", jobs: [{ type: "noop", hold: true }] };
    const first = await request("job.cmd.create.noop", create);
    const { uid } = first.body.group.jobs[0];
    const pause = await request(`job.cmd.pause.${uid}`, { id: "hand-2", note: "so" });
    await request(`job.cmd.resume.${uid}`, { id: "hand-3" });
    expect(await request("job.cmd.create.noop", create)).toEqual(first);
    expect(await request(`job.cmd.pause.${uid}`, { id: "hand-2", note: "so" })).toEqual(pause);
    expect((await node.job(uid))?.paused).toBe(false);
    const other = await request(`job.cmd.cancel.${uid}`, { id: "hand-2" });
    expect(other).toMatchObject({ code: "400", body: { guard: "command-id" } });
    const created = (await toArray(node.history(uid))).filter(({ to }) => to === "created");
    expect(created).toHaveLength(1);
  });

  test("that asks is answered as of no earlier than it says", async () => {
    for (let i = 0; i < 20; i += 1) {
      const { body } = await request("job.cmd.create.noop", {
        jobs: [{ type: "noop", hold: true }],
      });
      const { gid, position } = body;
      const jobs = await request("job.query.group", { gid, minSeq: position });
      expect(jobs.body).toMatchObject({ gid });
    }
    const { body: position } = await request("job.query.position");
    const early = await request("job.query.stats", { minSeq: position + 1_000 });
    expect(early).toMatchObject({ code: "503", body: { code: "unavailable" } });
    expect(await request("job.query.stats", { v: wireVersion + 1 })).toMatchObject({ code: "400" });
  });

  test("in a trace leaves it in the log and in the feed", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const fields = headers();
    fields.set("traceparent", traceparent);
    const heard = subscribe("job.event.noop.traced.*");
    await nc.flush();
    const data = JSON.stringify({ jobs: [{ type: "noop", id: "traced" }] });
    await nc.request("job.cmd.create.noop", data, { headers: fields, timeout: 10_000 });
    await node.settled("traced");
    await expect.poll(() => heard.at(-1)?.subject).toBe("job.event.noop.traced.null");
    const traces = new Set(heard.map((message) => message.headers?.get("traceparent")));
    expect([...traces]).toEqual([traceparent]);
  });

  test("that nobody serves is answered at once", async () => {
    await expect(nc.request("job.report.w", "")).rejects.toThrow(/no responders/);
  });
});
