/**
 * The driver `copy` against `cp -a`, in one system, taking turns: one large file, and many small ones.
 *
 * The run ends when all is on disk, so its like is `cp -a` followed by `sync -f`; `cp -a` alone
 * leaves its data in memory. The run also digests all that it reads. Verification reads the whole
 * copy again and is counted apart. Small files are not removed between the rounds: ext4 searches
 * long for inodes among those just freed, and the cost would fall on whoever comes next. Large ones
 * are: memory that was never used before costs a virtual machine more than the copying.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { copy } from "../drivers/copy/copy.ts";
import { openJobSystem, type JobSystem } from "../jobchart.ts";
import { bestMs, type Figure } from "./figure.ts";
import { freshFolder } from "./fresh-folder.ts";

const rounds = 7;
const least = { cp: Infinity, synced: Infinity, run: Infinity, verify: Infinity, job: Infinity };

export async function* copyBench(): AsyncGenerator<Figure> {
  using folder = freshFolder();
  const { path } = folder;
  plant(path);
  const spent = { run: 0, verify: 0 };
  const timed: typeof copy = {
    ...copy,
    run: async (job) => {
      const start = performance.now();
      const result = await copy.run(job);
      spent.run = performance.now() - start;
      return result;
    },
    prepare: async (step) => {
      const start = performance.now();
      const prepared = await copy.prepare?.(step);
      spent.verify = performance.now() - start;
      return prepared;
    },
  };
  const bus = `file:${path}/jobs.db`;
  await using jobs = await openJobSystem({ bus, drivers: [timed], worker: { takes: "own" } });
  for (const [from, what] of [
    ["empty", "an empty file"],
    ["large", "one file of 512 MiB"],
    ["small", "10,000 files of 1 KiB"],
  ] as const) {
    const source = `${path}/${from}`;
    const best = { ...least };
    for (let round = 0; round < rounds; round += 1) {
      const [theirs, ours] = [`${path}/${from}-cp-${round}`, `${path}/${from}-copy-${round}`];
      const cp = await bestMs(1, () => execFileSync("cp", ["-a", source, theirs]));
      const sync = await bestMs(1, () => execFileSync("sync", ["-f", path]));
      if (from === "large") rmSync(theirs, { recursive: true });
      const job = await bestMs(1, () => copyOnce(jobs, source, ours));
      if (from === "large") rmSync(ours, { recursive: true });
      const now = { cp, synced: cp + sync, job, ...spent };
      for (const key of ["cp", "synced", "run", "verify", "job"] as const) {
        best[key] = Math.min(best[key], now[key]);
      }
    }
    yield figure(`${what}: cp -a`, best.cp);
    yield figure(`${what}: cp -a and sync -f`, best.synced);
    const speeds = [best.synced, best.cp].map((ms) => (ms / best.run).toFixed(2));
    const against = `${speeds[0]} of the speed of cp -a and sync -f, ${speeds[1]} of cp -a`;
    yield { ...figure("copy: run, until all is on disk", best.run), against };
    yield figure("copy: verification", best.verify);
    yield figure("copy: the whole job", best.job);
  }
}

function plant(path: string): void {
  writeFileSync(`${path}/empty`, "");
  mkdirSync(`${path}/large`);
  writeFileSync(`${path}/large/file`, Buffer.alloc(512 * 1024 * 1024, "jobchart"));
  for (let file = 0; file < 10_000; file += 1) {
    const dir = `${path}/small/${file % 100}`;
    mkdirSync(dir, { recursive: true });
    writeFileSync(`${dir}/${file}`, `file ${file}\n`.repeat(100));
  }
  execFileSync("sync", ["-f", path]);
}

function figure(what: string, ms: number): Figure {
  return { what, figure: `${ms.toFixed(0)} ms` };
}

async function copyOnce(jobs: JobSystem, from: string, to: string): Promise<void> {
  const reply = await jobs.create({ type: "copy", args: { from, to } }, { run: true });
  if ("refused" in reply) throw new Error(reply.refused);
  const info = await jobs.settled(reply.group.jobs[0]?.uid ?? "");
  if (info?.outcome !== "success") throw new Error(info?.error);
}
