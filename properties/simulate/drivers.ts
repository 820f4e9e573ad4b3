/**
 * The drivers of a simulation: a few shapes, and scripts in the arguments that say how they
 * misbehave. What a job does wrong stops when the simulation heals, as if somebody had mended it.
 */
import { Retryable, type Driver, type RunningJob, type Step } from "../../actors/driver.ts";
import type { Caller, Witness } from "./witness.ts";

/** How a job goes, as its arguments say. */
export interface Script {
  /** Steps of the run, and how long each takes. */
  readonly steps: number;
  readonly stepMs: number;
  readonly run: "well" | "fails" | "fails for now" | "io error" | "no space" | "never pauses";
  readonly prepare: "well" | "fails" | "slowly";
  /** How many calls of each fail before one is done. */
  readonly commitFails: number;
  readonly abortFails: number;
  readonly cleanFails: number;
}

/** What the drivers of one life of a process are given. */
export interface Stage extends Caller {
  readonly witness: Witness;
  /** Nobody misbehaves any more. */
  readonly isHealed: () => boolean;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

type Finish = "prepare" | "commit" | "abort" | "clean";

const args = { type: "object", additionalProperties: true };
/** Longer than a poke takes, shorter than a lease lives. */
const slowStepMs = 2_500;

/** One driver of each shape. */
export function driversOf(stage: Stage): readonly Driver[] {
  const { deeds } = stage.witness;
  const run = (job: RunningJob): Promise<number> => deeds.make("run", job, () => play(job, stage));
  const mirror = (job: RunningJob): Promise<null> =>
    deeds.make("run", job, async () => {
      await play(job, stage);
      await job.becomeReady();
      while (!job.completing && !job.softCancelled) await job.sleep(slowStepMs);
      return null;
    });
  const steps = (...names: readonly Finish[]): Partial<Driver> =>
    Object.fromEntries(
      names.map((name) => [
        name,
        (step: Step) => deeds.make(name, step, () => finish(name, step, stage)),
      ]),
    );
  const all = steps("prepare", "commit", "abort", "clean");
  return [
    { args, run, ...all, type: "full", change: args },
    { args, run, type: "plain" },
    { args, run: mirror, ...all, type: "mirror", ready: true, softCancel: true },
    { args, run, type: "hosted", place: "host", recover: "restart", ...steps("commit", "clean") },
    { args, run, type: "fragile", recover: "fail", ...steps("prepare", "abort") },
  ];
}

export const typeNames = ["full", "plain", "mirror", "hosted", "fragile"] as const;

async function play(job: RunningJob, stage: Stage): Promise<number> {
  const { witness, isHealed } = stage;
  const script = job.args as unknown as Script;
  const runs = witness.see("run", job, stage);
  const first = typeof job.cursor === "number" ? job.cursor : 0;
  for (let step = first; step < script.steps; step += 1) {
    if (script.run === "never pauses") await stage.sleep(script.stepMs);
    else {
      await job.sleep(script.stepMs);
      witness.see("effect", job, stage);
    }
    if (step === script.steps - 1 && !isHealed()) await stumble(script, job, { runs, witness });
    job.progress(step + 1, script.steps);
    witness.deeds.progress(job, step + 1);
    witness.deposits.offer(job.uid, step + 1);
    await job.checkpoint(step + 1);
    witness.deposits.keep(job.uid, step + 1);
  }
  return script.steps;
}

/** Does what the script says goes wrong at the end of a run. */
async function stumble(
  { run }: Script,
  job: RunningJob,
  { runs, witness }: { readonly runs: number; readonly witness: Witness },
): Promise<void> {
  if (run === "fails") throw new Error("it broke");
  if (run === "fails for now" && runs <= 2) throw new Retryable("not just now");
  if (run !== "io error" && run !== "no space") return;
  const code = run === "no space" ? "ENOSPC" : "EIO";
  await job.ioError(Object.assign(new Error(code), { code }), "write");
  witness.seeRetry(job);
}

async function finish(name: Finish, step: Step, stage: Stage): Promise<number> {
  const { witness, isHealed, sleep } = stage;
  const script = step.args as unknown as Script;
  const calls = witness.see(name, step, stage);
  if (isHealed()) return calls;
  if (name === "prepare") {
    if (script.prepare === "fails") throw new Error("prepare broke");
    if (script.prepare === "slowly") await sleep(slowStepMs, step.signal);
    return calls;
  }
  const failing = {
    commit: script.commitFails,
    abort: script.abortFails,
    clean: script.cleanFails,
  };
  if (calls <= failing[name]) throw new Error(`${name} broke`);
  return calls;
}
