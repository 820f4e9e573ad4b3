import { expect, test } from "vitest";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import { openJobSystem, type JobSystem } from "../jobchart.ts";
import { checkLog } from "./doctor/check-log.ts";
import { readLogFile } from "./log-file.ts";
import { takeIn } from "./take-in.ts";
import { TrialFolder } from "./trial-folder.ts";
import { writeLogFile } from "./write-log-file.ts";

const day = 86_400_000;
const noop = { type: "noop", args: {}, run: async () => null };
const fails = { ...noop, type: "fails", run: () => Promise.reject(new Error("the disk is gone")) };

/** A system in which `one` succeeded and `two` failed, so long ago. */
async function system(
  bus: Parameters<typeof openJobSystem>[0]["bus"],
  agoMs = 0,
): Promise<JobSystem> {
  const drivers = [noop, fails];
  const world = { ...realWorld, now: () => realWorld.now() - agoMs };
  const jobs = await openJobSystem({ bus, drivers, worker: true, world });
  await jobs.create({ type: "noop", id: "one" });
  await jobs.create({ type: "fails", id: "two" });
  for (const id of ["one", "two"]) await jobs.settled(id);
  return jobs;
}

test("prune says what would go, asks, and leaves a line that history and show tell", async () => {
  using folder = new TrialFolder();
  for (const days of [31, 29]) {
    await using jobs = await system(`file:${folder.path}/jobs.db`, days * day);
    await jobs.create({ type: "fails", id: `of-${days}` });
    await jobs.settled(`of-${days}`);
  }
  const at = ["--bus", "file:jobs.db"];
  const older = ["--older", "30d", ...at];
  const [dry] = await folder.json("prune", "--dry-run", ...older);
  expect(dry).toMatchObject({ groups: 3, jobs: 3, "dry-run": true });
  const unasked = await folder.run("prune", ...older);
  expect(unasked.code).toBe(2);
  expect(unasked.stderr).toMatch(/^jobchart: prune 3 groups with 3 jobs, the first of .*--yes/);
  const [done] = await folder.json("prune", "--yes", ...older);
  expect(done).toMatchObject({ groups: 3, jobs: 3, "dry-run": false });
  expect((await folder.run("show", "of-31", ...at)).stdout).toMatch(
    / {2}of-31 {2}pruned: fails, failed in \d+ ms \(the disk is gone\), ended 20\S+ {2}/,
  );
  const history = await folder.json("history", "one", "--all", ...at);
  const kinds = history.map(({ kind }) => kind);
  expect(kinds.slice(0, 3)).toEqual(["pruned", "status", "status"]);
  const left = await folder.json("ls", "--all", ...at);
  expect(left.map(({ id }) => id)).toEqual(["of-29", "two", "one"]);
});

test("all that ever had an id are told in their order, whichever of them were pruned", async () => {
  using folder = new TrialFolder();
  {
    await using jobs = await openJobSystem({
      bus: `file:${folder.path}/jobs.db`,
      drivers: [noop],
      worker: true,
    });
    const job = { type: "noop", id: "one" };
    await jobs.transaction({ jobs: [job, { type: "noop", id: "open", hold: true }] });
    for (let i = 0; i < 2; i += 1) {
      await jobs.settled("one");
      await jobs.create(job);
    }
    await jobs.settled("one");
    await jobs.prune({ endedBy: realWorld.now() });
  }
  const history = await folder.json("history", "one", "--all", "--bus", "file:jobs.db");
  const positions = history.map(({ position }) => Number(position));
  const kinds = history.map(({ kind }) => kind);
  expect(kinds.indexOf("pruned")).toBeGreaterThan(5);
  expect(kinds.slice(-2)).toEqual(["pruned", "pruned"]);
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
});

test.each([
  [["prune"], "Missing: --older DURATION, as --older 30d"],
  [["prune", "--older", "soon"], "--older: expected a duration as 90s, 5m or 2h30m, found 'soon'"],
  [
    ["serve", "--retain", "soon"],
    "--retain: expected a duration as 90s, 5m or 2h30m, found 'soon'",
  ],
])("%j is bad usage", async (words, text) => {
  using folder = new TrialFolder();
  const { code, stderr } = await folder.run(...words);
  expect({ code, stderr }).toEqual({ code: 2, stderr: `jobchart: ${text}\n` });
});

test("a log with summaries is backed up and taken in again, and what a prune left unfinished is not", async () => {
  using folder = new TrialFolder();
  await using bus = openMemoryBus({ world: realWorld });
  await using jobs = await system(bus);
  const two = await jobs.uidOf("two");
  const kept = { ...bus, log: { ...bus.log, forget: async () => undefined } };
  {
    await using careless = await openJobSystem({ bus: kept });
    await careless.prune({ endedBy: realWorld.now() });
  }
  const whole = `${folder.path}/whole.jsonl`;
  await writeLogFile(bus, whole);
  const file = await readLogFile(whole);
  expect(file.entries).toHaveLength(2);
  await using other = openMemoryBus({ world: realWorld });
  expect(await takeIn(other, file)).toBe(2);
  expect(await takeIn(other, file)).toBe(0);
  await using taken = await openJobSystem({ bus: other });
  expect(await taken.uidOf("two")).toBe(two);
  expect(await checkLog(other, realWorld.now())).toMatchObject({
    commits: 2,
    groups: 2,
    jobs: 0,
    pruned: 2,
    findings: [],
  });
});

test("a backup that is made while groups are pruned holds no half of one", async () => {
  using folder = new TrialFolder();
  await using bus = openMemoryBus({ world: realWorld });
  await using jobs = await system(bus);
  const [first] = await bus.log.read(String(await jobs.uidOf("one")).slice(0, -2));
  const pruning = {
    ...bus,
    log: {
      ...bus.log,
      async *readAll() {
        yield first === undefined ? [] : [first];
        await jobs.prune({ endedBy: realWorld.now() });
        yield* bus.log.readAll(first?.position);
      },
    },
  };
  const path = `${folder.path}/backup.jsonl`;
  await writeLogFile(pruning, path);
  const { groups } = await readLogFile(path);
  expect(groups.filter(({ pruned }) => pruned === undefined)).toEqual([]);
  expect(groups[0]).toMatchObject({ pruned: { jobs: [{ id: "one" }] } });
});

test("the doctor advises to prune where there are many groups, and old ones", async () => {
  await using bus = openMemoryBus({ world: realWorld });
  await using _ = await system(bus);
  const advice = async (nowMs: number, many: number) => {
    const { findings } = await checkLog(bus, nowMs, many);
    return findings.map(({ level, text }) => `${level}: ${text}`);
  };
  const later = realWorld.now() + 31 * day;
  expect(await advice(later, 3)).toEqual([]);
  expect(await advice(realWorld.now(), 2)).toEqual([]);
  expect(await advice(later, 2)).toEqual([
    "advice: 2 groups, of which 2 ended more than 30 days ago",
  ]);
});
