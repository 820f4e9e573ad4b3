/**
 * One round of killing a worker that runs a program: it is killed with SIGKILL while the program
 * runs, or stands still, and another worker begins the program anew. No two of them may ever be
 * alive at once, and in the end one has come to its end.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { realWorld } from "../../bus/world.ts";
import { command } from "../../drivers/command/command.ts";
import { isRefusal, openJobSystem } from "../../jobchart.ts";

const program = resolve(import.meta.dirname, "../../bin/jobchart.js");

/** Says when it meets another of its kind alive, and when it begins and ends. */
const script = `
if grep -qs '^State:.[^ZX]' "/proc/$(cat owner 2> /dev/null)/status"; then
  echo "two: $(cat owner) and $$" >> deeds
fi
echo $$ > owner
echo begun >> deeds
sleep 0.4
echo ended >> deeds
`;

export interface CommandRound {
  /** What the program does when its worker is killed. */
  readonly program: "runs" | "stands still";
  /** When, after it has begun, in milliseconds. */
  readonly afterMs: number;
}

/** Plays the round. Resolves with how often the program was begun; throws when it went wrong. */
export async function commandRound(round: CommandRound): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "jobchart-kill-"));
  const bus = `file:${folder}/jobs.db`;
  const workers: ChildProcess[] = [];
  const start = (): ChildProcess => {
    const words = ["--bus", bus, "worker", "--allow-command=sh", "--lease", "600ms"];
    const env = { ...process.env, JOBCHART_LOGS: join(folder, "logs") };
    const worker = spawn(process.execPath, [program, ...words], { stdio: "ignore", env });
    workers.push(worker);
    return worker;
  };
  const deeds = (): readonly string[] =>
    existsSync(join(folder, "deeds"))
      ? readFileSync(join(folder, "deeds"), "utf8").trim().split("\n")
      : [];
  try {
    await using jobs = await openJobSystem({ bus, drivers: [command], cwd: folder });
    await jobs.declare([command]);
    const args = { argv: ["sh", "-c", script], recover: "restart" };
    const first = start();
    const reply = await jobs.create({ type: "command", id: "it", args });
    if (isRefusal(reply)) throw new Error(reply.refused);
    while (deeds().length === 0) await realWorld.sleep(5);
    const isPaused = round.program === "stands still" && !isRefusal(await jobs.ask("pause", "it"));
    for (;;) {
      const info = await jobs.job("it");
      if (!isPaused || info?.status === "paused" || info?.outcome !== null) break;
      await realWorld.sleep(5);
    }
    await realWorld.sleep(round.afterMs);
    const closed = once(first, "close");
    first.kill("SIGKILL");
    await closed;
    start();
    if (isPaused) await jobs.ask("resume", "it");
    const info = await jobs.settled("it");
    if (info?.outcome !== "success") throw new Error(`${info?.outcome}: ${info?.error}`);
    const all = deeds();
    const two = all.find((deed) => deed.startsWith("two"));
    if (two !== undefined) throw new Error(two);
    if (all.at(-1) !== "ended") throw new Error(`the last deed was ${all.at(-1)}`);
    return all.filter((deed) => deed === "begun").length;
  } finally {
    for (const worker of workers) worker.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
