/** The front door: what a program that uses the library sees of it. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import {
  defineJob,
  isRefusal,
  openJobSystem,
  type Driver,
  type JobSystem,
  type Reply,
  type SystemSettings,
} from "./jobchart.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Runs until it is changed to be done. */
const patient = defineJob({
  type: "patient",
  args: { properties: { from: { type: "string", format: "path" } } },
  change: { properties: { done: { type: "boolean" } } },
  run: async (job) => {
    while (job.changed["done"] !== true) await job.sleep(60_000);
    return "done";
  },
});

function open(settings: Partial<SystemSettings> = {}): Promise<JobSystem> {
  return openJobSystem({
    bus: "memory:",
    drivers: [patient],
    worker: true,
    by: "tester@here",
    ...settings,
  });
}

function uidOf(reply: Reply, index = 0): string {
  const uid = isRefusal(reply) ? reply.refused : reply.group.jobs[index]?.uid;
  return uid ?? "no such member";
}

/** Waits until the job has come to the status. */
async function reach(jobs: JobSystem, uid: string, status: string): Promise<void> {
  for await (const event of jobs.watch({ after: 0, job: uid })) if (event.to === status) return;
}

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "jobchart-door-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("the example in its docstring runs", async () => {
  const folder = await freshFolder();
  await mkdir(join(folder, "etc"));
  await writeFile(join(folder, "etc", "hosts"), "127.0.0.1 localhost\n");
  const source = await readFile(join(here, "jobchart.ts"), "utf8");
  const [, example = ""] = /@example\n([^]*?)\*\//.exec(source) ?? [];
  const code = example
    .replaceAll(/^ \* ?/gm, "")
    .replace("file:jobs.db", `file:${join(folder, "jobs.db")}`)
    .replace("/etc", join(folder, "etc"))
    .replace("/backup/etc", join(folder, "copied"));
  const imports =
    `import { openJobSystem } from ${JSON.stringify(join(here, "jobchart.ts"))};\n` +
    `import { copy } from ${JSON.stringify(join(here, "drivers/copy/copy.ts"))};\n`;
  const program = join(folder, "example.ts");
  await writeFile(program, imports + code);
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = await Promise.all([textOf(child), once(child, "exit")]);
  expect(said).toBe("success\n");
  expect(await readFile(join(folder, "copied", "hosts"), "utf8")).toBe("127.0.0.1 localhost\n");
});

test("a job is created, asked, watched to its end, and remembered", async () => {
  await using jobs = await open({ cwd: "/home/tester" });
  const reply = await jobs.create(
    { type: "patient", id: "a", args: { from: "x" } },
    { note: "why" },
  );
  const uid = uidOf(reply);
  await reach(jobs, uid, "running");
  expect(await jobs.ask("set-speed", "a", { speed: 5 })).toHaveProperty("rev");
  await jobs.ask("pause", "a");
  await reach(jobs, uid, "paused");
  await jobs.ask("resume", uid);
  await jobs.ask("change", "a", { change: { done: true } });
  expect(await jobs.settled("a")).toMatchObject({
    uid,
    status: "null",
    outcome: "success",
    result: "done",
    speed: 5,
    by: "tester@here",
    args: { from: "/home/tester/x" },
  });
  const history = await toArray(jobs.history("a"));
  expect(history.flatMap(({ to }) => to ?? [])).toEqual([
    "created",
    "running",
    "paused",
    "running",
    "waiting",
    "pending",
    "concluded",
    "null",
  ]);
  expect(history[0]?.cause).toMatchObject({ verb: "create", by: "tester@here", note: "why" });
  expect(await jobs.queryJobs()).toEqual([]);
  expect(await jobs.queryJobs({ all: true })).toMatchObject([{ id: "a" }]);
  expect(jobs.inHand).toEqual({ groups: 0, jobs: 0 });
});

test("a transaction is all or nothing, and ends together", async () => {
  await using jobs = await open();
  const bad = await jobs.transaction({ jobs: [{ type: "patient" }, { type: "other" }] });
  expect(bad).toMatchObject({
    refused: expect.stringContaining("job 2: Unknown job type") as string,
  });
  const reply = await jobs.transaction({
    name: "both",
    completion: "grouped",
    jobs: [
      { type: "patient", id: "a" },
      { type: "patient", id: "b" },
    ],
  });
  await reach(jobs, uidOf(reply), "running");
  await jobs.ask("change", "a", { change: { done: true } });
  await reach(jobs, uidOf(reply), "waiting");
  expect(await jobs.job("a")).toMatchObject({ "waiting-for": { what: "members", jobs: ["b"] } });
  await jobs.ask("cancel", "b");
  expect(await jobs.settled("a")).toMatchObject({ outcome: "cancelled", group: "both" });
  expect(await jobs.settled("b")).toMatchObject({ outcome: "cancelled" });
});

test("jobs are shown as they were at a moment", async () => {
  await using jobs = await open({ worker: false, drivers: [] });
  await using worker = await openJobSystem({
    bus: jobs.bus,
    drivers: [patient],
    worker: { takes: "own" },
  });
  const created = await worker.create({ type: "patient", id: "a", hold: true });
  await worker.ask("cancel", "a");
  expect(await jobs.queryJobs()).toEqual([]);
  const position = isRefusal(created) ? 0 : created.position;
  expect(await jobs.queryJobs({ at: { position } })).toMatchObject([
    { id: "a", status: "created" },
  ]);
});

test("watching begins now or at a position, ends with its signal, and can be about one job", async () => {
  await using jobs = await open({ worker: { takes: "own" } });
  const first = uidOf(await jobs.create({ type: "patient", id: "a", hold: true }));
  const stop = new AbortController();
  const now = jobs.watch({ signal: stop.signal });
  const next = now.next();
  await jobs.bus.log.head();
  await jobs.create({ type: "patient", id: "b", hold: true });
  expect((await next).value).toMatchObject({ job: "b", to: "created" });
  stop.abort();
  expect((await now.next()).done).toBe(true);
  const ofA = await jobs.watch({ after: 0, job: "a" }).next();
  expect(ofA.value).toMatchObject({ uid: first, to: "created" });
  expect(await toArray(jobs.watch({ after: 0, job: "nobody" }))).toEqual([]);
});

test("what cannot be done is refused with its reason", async () => {
  await using jobs = await open({ worker: { takes: "own" } });
  await jobs.create({ type: "patient", id: "a", hold: true });
  const refusals = await Promise.all([
    jobs.ask("explode" as "pause", "a"),
    jobs.ask("pause", "nobody"),
    jobs.ask("pause", "not an id"),
    jobs.ask("pause", "gaaaaaaaaaaaaaaaa-1"),
    jobs.ask("resume", "a"),
    jobs.ask("change", "a", { change: { done: "maybe" } }),
    jobs.ask("pause", "a", { note: "x".repeat(1_001) }),
    jobs.ask("set-speed", "a", { speed: -1 }),
    jobs.create({ type: "patient", id: "a" }),
  ]);
  expect(refusals.map((reply) => isRefusal(reply) && reply.refused)).toEqual([
    "Unknown verb 'explode'",
    "Job not found",
    "Job not found",
    "Job not found",
    "Can't resume a job that was not paused",
    "Invalid parameter type for 'done', expected: boolean",
    "Parameter 'note' has 1001 characters, at most 1000 are taken",
    "Parameter 'speed' expects a non-negative value",
    "Job ID 'a' already in use",
  ]);
  expect(await jobs.settled("nobody")).toBeUndefined();
  expect(await jobs.job("nobody")).toBeUndefined();
  expect(await toArray(jobs.history("nobody"))).toEqual([]);
});

test("a creation that is asked for again runs its job once, at work or ended", async () => {
  let runs = 0;
  const gate = Promise.withResolvers<void>();
  const once: Driver = {
    type: "once",
    args: {},
    run: async () => {
      runs += 1;
      await gate.promise;
    },
  };
  await using jobs = await open({ drivers: [once], worker: { takes: "own" } });
  const create = () => jobs.create({ type: "once", id: "a" }, { run: true, commandId: "c1" });
  const first = await create();
  expect(await create()).toEqual(first);
  gate.resolve();
  expect(await jobs.settled(uidOf(first))).toMatchObject({ outcome: "success" });
  expect(await create()).toEqual(first);
  expect([runs, jobs.inHand]).toEqual([1, { groups: 0, jobs: 0 }]);
});

test("run: true without a worker is a mistake of the program", async () => {
  await using jobs = await open({ worker: false });
  await expect(jobs.create({ type: "patient" }, { run: true })).rejects.toThrow("needs a worker");
});

test("a drained system gives its jobs back, and another goes on", async () => {
  await using first = await open();
  const uid = uidOf(await first.create({ type: "patient", id: "a" }));
  await reach(first, uid, "running");
  expect(await first.drain()).toBe(0);
  await using second = await openJobSystem({ bus: first.bus, drivers: [patient], worker: true });
  await second.ask("change", "a", { change: { done: true } });
  expect(await second.settled("a")).toMatchObject({ outcome: "success", epoch: 2 });
});

test("a closed system leaves nothing behind that keeps the process alive", async () => {
  const program = `
    import { openJobSystem } from ${JSON.stringify(join(here, "jobchart.ts"))};
    await using jobs = await openJobSystem({ bus: "memory:", drivers: [], worker: true });
    await jobs.settled("nobody");`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: "inherit",
  });
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("two processes share one file: verbs reach the worker, and its work outlives it", async () => {
  const bus = `file:${join(await freshFolder(), "jobs.db")}`;
  await using jobs = await openJobSystem({ bus });
  const first = worker(bus);
  expect(await first.line()).toBe("ready");
  const uid = uidOf(await jobs.create({ type: "halves", id: "a" }));
  expect(await first.line()).toBe("from null");
  await jobs.ask("pause", "a");
  await reach(jobs, uid, "paused");
  await jobs.ask("resume", "a");
  first.child.kill("SIGKILL");
  const second = worker(bus);
  expect(await second.line()).toBe("ready");
  expect(await second.line()).toBe("from half way");
  expect(await jobs.settled("a")).toMatchObject({ outcome: "success", epoch: 2 });
});

/** A worker in a process of its own: says `ready`, then with which cursor it runs. */
function worker(bus: string): { child: ChildProcess; line: () => Promise<string | undefined> } {
  const program = `
    import { openJobSystem } from ${JSON.stringify(join(here, "jobchart.ts"))};
    const halves = { type: "halves", args: {}, run: async (job) => {
      const { cursor } = job;
      if (cursor === null) await job.checkpoint("half way");
      console.log("from " + cursor);
      while (cursor === null) await job.sleep(5);
    } };
    const worker = { leaseMs: 1000 };
    await openJobSystem({ bus: ${JSON.stringify(bus)}, drivers: [halves], worker });
    console.log("ready");`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, line: async () => (await lines.next()).value };
}

async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function textOf({ stdout }: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of stdout ?? []) text += String(chunk);
  return text;
}
