/**
 * Nothing of ours is needed to take part: example 06, a worker in Python, runs jobs that our
 * client creates, under a real server and a real node.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { toArray } from "../../bus/contract/to-array.ts";
import type { JobInfo } from "../../projections/job-info.ts";
import type { JobSystem } from "../../jobchart.ts";
import { describeWith, parts } from "../parts.ts";
import type { Child } from "./child.ts";
import { FleetTrial } from "./fleet-trial.ts";

const program = resolve(import.meta.dirname, "../../examples/06-worker.py");
const leaseSeconds = "3";

describeWith(parts.python, "a worker in Python", ({ python3 }) => {
  let trial: FleetTrial;
  let node: Child;
  let client: JobSystem;
  const workers: ChildProcess[] = [];

  beforeAll(async () => {
    trial = await FleetTrial.open();
    node = await trial.node();
    client = await trial.client();
  });
  afterEach(async () => {
    const left = workers.splice(0).filter((each) => (each.exitCode ?? each.signalCode) === null);
    await Promise.all(left.map((worker) => endOf(worker, "SIGKILL")));
  });
  afterAll(() => trial[Symbol.asyncDispose]());

  /** Starts one, and resolves when it has registered. */
  async function start(name: string): Promise<ChildProcess> {
    const port = String(trial.brokers.servers[0]?.port);
    const words = [program, "127.0.0.1", port, name, leaseSeconds];
    const worker = spawn(python3, words, { stdio: ["ignore", "inherit", "pipe"] });
    workers.push(worker);
    await waitUntil(async () => {
      const sessions = await client.workers();
      const types = await client.types();
      return sessions.some((session) => session.worker === name) && types.length > 0;
    });
    return worker;
  }

  /** Resolves with the job once it is so. */
  async function seen(id: string, is: (job: JobInfo) => boolean): Promise<JobInfo> {
    let job: JobInfo | undefined;
    await waitUntil(async () => {
      job = await client.job(id);
      return job !== undefined && is(job);
    });
    return job as JobInfo;
  }

  test("runs a job, and its arguments are held against what it has registered", async () => {
    await start("py0");
    expect(await client.create({ type: "tally", args: { to: "5" } })).toMatchObject({
      guard: "args",
    });
    await client.create({ type: "tally", id: "one", args: { to: 3 } });
    expect(await client.settled("one")).toMatchObject({
      outcome: "success",
      result: { counted: 3, since: 0 },
      "current-progress": 3,
    });
    const by = (await toArray(client.history("one"))).map(({ cause }) => cause.by);
    expect(by).toContain("worker/py0");
    await client.transaction({
      completion: "grouped",
      jobs: ["a", "b"].map((id) => ({ type: "tally", id, args: { to: 2 } })),
    });
    for (const id of ["a", "b"]) {
      expect(await client.settled(id)).toMatchObject({ outcome: "success" });
    }
  });

  test("takes jobs of every priority, the higher first", async () => {
    await start("py6");
    await client.create({ type: "tally", id: "busy", args: { to: 5 } });
    await seen("busy", ({ status }) => status === "running");
    const priorities = { usual: 0, lowest: -9, high: 7 };
    for (const [id, priority] of Object.entries(priorities)) {
      const job = { type: "tally", id, args: { to: 1 }, priority };
      expect(await client.create(job)).toHaveProperty("rev", 1);
    }
    const begun: string[] = [];
    for (const id of Object.keys(priorities)) {
      begun.push(`${(await client.settled(id))?.["started-at"]} ${id}`);
    }
    expect(begun.toSorted().map((text) => text.split(" ")[1])).toEqual(["high", "usual", "lowest"]);
  });

  test("asks again while there is no node, and goes on", async () => {
    await start("py5");
    await client.create({ type: "tally", id: "asking", args: { to: 8 } });
    await seen("asking", (job) => job["current-progress"] >= 2);
    expect(await node.end("SIGTERM")).toBe(0);
    node = await trial.node();
    expect(await client.settled("asking")).toMatchObject({
      outcome: "success",
      epoch: 1,
      result: { counted: 8, since: 0 },
    });
  });

  test("parks, goes on from its checkpoint in another one after kill -9, and is cancelled", async () => {
    const first = await start("py1");
    await client.create({ type: "tally", id: "long", args: { to: 1_000 } });
    await seen("long", (job) => job["current-progress"] >= 3);

    await client.ask("pause", "long");
    const paused = await seen("long", ({ status }) => status === "paused");
    expect(await seen("long", ({ worker }) => worker === "py1")).toMatchObject({
      "current-progress": paused["current-progress"],
    });
    await client.ask("resume", "long");
    const killedAfter = paused["current-progress"] + 3;
    await seen("long", (job) => job["current-progress"] >= killedAfter);

    first.kill("SIGKILL");
    await start("py2");
    const resumed = await seen("long", ({ epoch }) => epoch === 2);
    expect(resumed).toMatchObject({ worker: "py2", status: "running" });
    await seen("long", (job) => job["current-progress"] > killedAfter);

    await client.ask("cancel", "long");
    expect(await client.settled("long")).toMatchObject({
      outcome: "cancelled",
      error: "Operation canceled",
    });
    const history = await toArray(client.history("long"));
    const claim = history.find(({ set }) => set?.epoch === 2);
    expect(claim?.set?.cursor).toBeGreaterThanOrEqual(killedAfter - 1);
    const told = history.map(({ to, kind }) => to ?? kind);
    expect(told).toEqual([
      "created",
      "running",
      "wish",
      "paused",
      "wish",
      "running",
      "lost",
      "claimed",
      "wish",
      "decision",
      "aborting",
      "concluded",
      "null",
    ]);
  });

  test("that slept through its lease changes nothing any more", async () => {
    const sleeper = await start("py3");
    await client.create({ type: "tally", id: "fenced", args: { to: 12 } });
    await seen("fenced", (job) => job["current-progress"] >= 2);
    sleeper.kill("SIGSTOP");
    await start("py4");
    await seen("fenced", ({ epoch }) => epoch === 2);
    const said = text(sleeper.stderr ?? Readable.from([]));
    expect(await endOf(sleeper, "SIGCONT")).toBe(1);
    expect(await said).toContain("it must not act any more");
    const ended = await client.settled("fenced");
    expect(ended).toMatchObject({ outcome: "success", epoch: 2, result: { counted: 12 } });
    const late = (await toArray(client.history("fenced"))).filter(
      ({ cause, set }) => cause.by === "worker/py3" && set?.epoch !== 1,
    );
    expect(late).toEqual([]);
  });
});

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  await expect.poll(isSo, { timeout: 20_000, interval: 20 }).toBe(true);
}

async function endOf(worker: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
  const gone = once(worker, "exit");
  worker.kill(signal);
  const [code] = await gone;
  return code;
}
