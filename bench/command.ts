/**
 * What it costs to run a program as a job: `jobchart run command -- true` as a whole process, beside
 * the same process that only says its version, and Node alone; and a command within a worker that
 * runs already, beside a plain spawn.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { command } from "../drivers/command/command.ts";
import { isRefusal, openJobSystem } from "../jobchart.ts";
import { bestMs, type Figure } from "./figure.ts";
import { freshFolder } from "./fresh-folder.ts";

const rounds = 7;
const program = join(import.meta.dirname, "../bin/jobchart.js");

export async function* commandBench(): AsyncGenerator<Figure> {
  using folder = freshFolder();
  const { path } = folder;
  process.env["JOBCHART_LOGS"] = join(path, "logs");
  const whole = (...words: readonly string[]): Promise<number> =>
    bestMs(rounds, () => execFileSync(process.execPath, words, { cwd: path }));
  const bare = await whole("-e", "");
  const version = await whole(program, "--version");
  const run = await whole(program, "run", "command", "--", "true");
  yield {
    what: "run command -- true, a whole process",
    figure: ms(run),
    against: `--version ${ms(version)}, node -e '' ${ms(bare)}`,
  };
  const bus = `file:${path}/jobs.db`;
  await using jobs = await openJobSystem({ bus, drivers: [command], worker: { takes: "own" } });
  const inWorker = await bestMs(3 * rounds, async () => {
    const spec = { type: "command", args: { argv: ["true"] } };
    const reply = await jobs.create(spec, { run: true });
    if (isRefusal(reply)) throw new Error(reply.refused);
    await jobs.settled(reply.group.jobs[0]?.uid ?? "");
  });
  const raw = await bestMs(3 * rounds, () => once(spawn("true"), "close"));
  yield {
    what: "true as a job of a worker that runs",
    figure: ms(inWorker),
    against: `spawn ${ms(raw)}`,
  };
}

function ms(time: number): string {
  return `${time.toFixed(1)} ms`;
}
