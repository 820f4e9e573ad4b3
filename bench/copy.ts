/** The driver `copy` against `cp -a`: one large file, and many small ones. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { copy } from "../drivers/copy/copy.ts";
import { openJobSystem, type JobSystem } from "../jobchart.ts";
import { freshFolder } from "./fresh-folder.ts";
import { bestMs, type Figure } from "./figure.ts";

const rounds = 3;

export async function* copyBench(): AsyncGenerator<Figure> {
  using folder = freshFolder();
  const { path } = folder;
  mkdirSync(`${path}/large`);
  writeFileSync(`${path}/large/file`, Buffer.alloc(512 * 1024 * 1024, "jobchart"));
  mkdirSync(`${path}/small`);
  for (let file = 0; file < 10_000; file += 1) {
    const dir = `${path}/small/${file % 100}`;
    mkdirSync(dir, { recursive: true });
    writeFileSync(`${dir}/${file}`, `file ${file}\n`.repeat(100));
  }
  const bus = `file:${path}/jobs.db`;
  await using jobs = await openJobSystem({ bus, drivers: [copy], worker: { takes: "own" } });
  for (const [from, what] of [
    ["large", "one file of 512 MiB"],
    ["small", "10,000 files of 1 KiB"],
  ] as const) {
    const source = `${path}/${from}`;
    const target = `${path}/target`;
    const cpMs = await bestMs(rounds, () => {
      rmSync(target, { recursive: true, force: true });
      execFileSync("cp", ["-a", source, target]);
      execFileSync("sync", ["-f", path]);
    });
    let run = Infinity;
    const allMs = await bestMs(rounds, async () => {
      rmSync(target, { recursive: true, force: true });
      run = Math.min(run, await copyOnce(jobs, source, target));
    });
    yield { what: `cp -a and sync, ${what}`, figure: `${cpMs.toFixed(0)} ms` };
    yield {
      what: "copy: run alone",
      figure: `${run.toFixed(0)} ms`,
      against: `${(cpMs / run).toFixed(2)} of the speed of cp -a`,
    };
    yield {
      what: "copy: with flush, verification and rename",
      figure: `${allMs.toFixed(0)} ms`,
      against: `${(cpMs / allMs).toFixed(2)} of the speed of cp -a`,
    };
  }
}

/** Copies, and resolves with how long the run took, in milliseconds. */
async function copyOnce(jobs: JobSystem, from: string, to: string): Promise<number> {
  const reply = await jobs.create({ type: "copy", args: { from, to } }, { run: true });
  if ("refused" in reply) throw new Error(reply.refused);
  const info = await jobs.settled(reply.group.jobs[0]?.uid ?? "");
  if (info?.outcome !== "success") throw new Error(info?.error);
  return info["elapsed-ms"];
}
