/**
 * A driver for tests: `steps` steps of a second each, with a checkpoint after each. It notes every
 * callback that is made; a test overrides the ones that it is about.
 */
import type { Driver, RunningJob, Step } from "./driver.ts";

export interface ScriptedDriver extends Driver {
  /** `run a 1`: callback, job id and epoch, in order. */
  readonly calls: string[];
}

const stepMs = 1_000;

export function scriptedDriver(
  over: Partial<Driver> = {},
  { steps = 3 }: { readonly steps?: number } = {},
): ScriptedDriver {
  const calls: string[] = [];
  const note = (name: string, { id, epoch }: Step): void =>
    void calls.push(`${name} ${id} ${epoch}`);
  const finishing = (name: "prepare" | "commit" | "abort" | "clean") => async (step: Step) => {
    note(name, step);
    return (await over[name]?.(step)) ?? null;
  };
  const steppingRun = async (job: RunningJob): Promise<number> => {
    const first = typeof job.cursor === "number" ? job.cursor : 0;
    for (let step = first; step < steps; step += 1) {
      await job.sleep(stepMs);
      job.progress(step + 1, steps);
      await job.checkpoint(step + 1);
    }
    return steps;
  };
  return {
    type: "work",
    args: { type: "object", additionalProperties: true },
    ...over,
    calls,
    run: (job) => {
      note("run", job);
      return (over.run ?? steppingRun)(job);
    },
    pause: (job) => {
      note("pause", job);
      return over.pause?.(job);
    },
    resume: (job) => {
      note("resume", job);
      return over.resume?.(job);
    },
    prepare: finishing("prepare"),
    commit: async (step) => void (await finishing("commit")(step)),
    abort: async (step) => void (await finishing("abort")(step)),
    clean: async (step) => void (await finishing("clean")(step)),
  };
}

/** A promise that never settles: a callback that hangs. */
export function hanging(): Promise<never> {
  return new Promise(() => {});
}
