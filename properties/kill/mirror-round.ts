/**
 * A round of killing a mirror: its process is killed with SIGKILL at a random moment of the
 * copying, of being ready, or of the switch, and another goes on. At every look each file of the
 * target must be whole, the pivot must lead to the source or to a target that is all of it, and the
 * job must end.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mirror } from "../../drivers/mirror/mirror.ts";
import { isRefusal, openJobSystem, type JobSystem } from "../../jobchart.ts";
import { digestOf, KillGround, type Ended, type Round } from "./kill-ground.ts";
import { expectSound } from "./sound-log.ts";

/** Plays the round in a folder of its own. Throws when anything that must hold does not. */
export async function mirrorRound(round: Round): Promise<Ended> {
  using ground = new KillGround();
  const { bus, from, to } = ground;
  const pivot = join(ground.folder, "pivot");
  symlinkSync(from, pivot);
  await using jobs = await openJobSystem({ bus, drivers: [mirror], worker: { takes: "own" } });
  const over = new AbortController();
  const completed = completeWhenReady(jobs, from, over.signal);
  await ground.kill(jobs, round, { type: "mirror", more: { pivot } });
  expectWhole(from, to);
  if (readlinkSync(pivot) !== from) expectAll(ground, pivot);
  ground.startWorker();
  const info = await jobs.settled("it");
  over.abort();
  await completed;
  await expectSound(jobs.bus);
  if (info === undefined || info.outcome === null) return { how: "never", epochs: 0 };
  if (info.outcome === "success") expectAll(ground, pivot);
  const left = ground.leftBehind;
  if (left.length > 0) throw new Error(`left behind: ${left.join(" ")}`);
  return { how: info.outcome, epochs: info.epoch };
}

/** Changes the source when the job is ready, and then completes it. */
async function completeWhenReady(
  jobs: JobSystem,
  from: string,
  signal: AbortSignal,
): Promise<void> {
  for await (const { to, uid } of jobs.watch({ after: 0, signal })) {
    if (to !== "ready" || uid === null) continue;
    writeFileSync(join(from, "late"), "late");
    rmSync(join(from, "folder-0"), { recursive: true });
    const reply = await jobs.ask("complete", uid);
    if (isRefusal(reply)) throw new Error(reply.refused);
    return;
  }
}

/** Every file of the target is one of the source, or was, and is all of it. */
function expectWhole(from: string, to: string): void {
  if (!existsSync(to)) return;
  for (const entry of readdirSync(to, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const source = join(from, path.slice(to.length));
    if (!entry.isFile() || !existsSync(source)) continue;
    if (!readFileSync(path).equals(readFileSync(source))) throw new Error(`${path} is not whole`);
  }
}

function expectAll({ from, to }: KillGround, pivot: string): void {
  const leadsTo = readlinkSync(pivot);
  if (leadsTo !== to) throw new Error(`the pivot leads to ${leadsTo}`);
  if (digestOf(to) !== digestOf(from)) throw new Error("the target differs from the source");
}
