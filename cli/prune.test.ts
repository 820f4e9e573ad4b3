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

/** A system in which `one` succeeded and `two` failed. */
async function system(bus: Parameters<typeof openJobSystem>[0]["bus"]): Promise<JobSystem> {
  const drivers = [noop, fails];
  const jobs = await openJobSystem({ bus, drivers, worker: true });
  await jobs.create({ type: "noop", id: "one" });
  await jobs.create({ type: "fails", id: "two" });
  for (const id of ["one", "two"]) await jobs.settled(id);
  return jobs;
}

test("prune says what would go, asks, and leaves a line that history and show tell", async () => {
  using folder = new TrialFolder();
  {
    await using _ = await system(`file:${folder.path}/jobs.db`);
  }
  const at = ["--bus", "file:jobs.db"];
  const [dry] = await folder.json("prune", "--older", "0s", "--dry-run", ...at);
  expect(dry).toMatchObject({ groups: 2, jobs: 2, "dry-run": true });
  const unasked = await folder.run("prune", "--older", "0s", ...at);
  expect(unasked.code).toBe(2);
  expect(unasked.stderr).toMatch(/^jobchart: prune 2 groups with 2 jobs, the first of .*--yes/);
  const [done] = await folder.json("prune", "--older", "0s", "--yes", ...at);
  expect(done).toMatchObject({ groups: 2, jobs: 2, "dry-run": false });
  expect((await folder.run("show", "two", ...at)).stdout).toMatch(
    / {2}two {2}pruned: fails, failed in \d+ ms \(the disk is gone\), ended 20\S+ {2}/,
  );
  const [history] = await folder.json("history", "one", ...at);
  expect(history).toMatchObject({ kind: "pruned", job: "one" });
  expect((await folder.run("ls", "--all", ...at)).stdout).toBe("");
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
