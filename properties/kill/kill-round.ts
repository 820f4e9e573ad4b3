/**
 * One round of killing for real: a process that copies a tree is killed with SIGKILL at a random
 * moment, and another goes on. The target must be whole or absent at every look, the history
 * dense, chained and legal, and the job must end.
 */
import { existsSync } from "node:fs";
import { copy } from "../../drivers/copy/copy.ts";
import { openJobSystem } from "../../jobchart.ts";
import { digestOf, KillGround, type Ended, type Round } from "./kill-ground.ts";
import { expectSound } from "./sound-log.ts";

/** Plays the round in a folder of its own. Throws when anything that must hold does not. */
export async function killRound(round: Round): Promise<Ended> {
  using ground = new KillGround();
  const { bus, from, to } = ground;
  const whole = digestOf(from);
  await using jobs = await openJobSystem({ bus, drivers: [copy], worker: { takes: "own" } });
  await ground.kill(jobs, round, { type: "copy" });
  if (existsSync(to)) expectSame(digestOf(to), whole, "the target right after the kill");
  ground.startWorker();
  const info = await jobs.settled("it");
  await expectSound(jobs.bus);
  if (info === undefined || info.outcome === null) return { how: "never", epochs: 0 };
  const isThere = existsSync(to);
  if (isThere) expectSame(digestOf(to), whole, "the target at the end");
  if (isThere !== (info.outcome === "success")) {
    throw new Error(`${info.outcome}, but the target is ${isThere ? "there" : "absent"}`);
  }
  const left = ground.leftBehind;
  if (left.length > 0) throw new Error(`left behind: ${left.join(" ")}`);
  return { how: info.outcome, epochs: info.epoch };
}

function expectSame(found: string, wanted: string, what: string): void {
  if (found !== wanted) throw new Error(`${what} differs from the source`);
}
