/**
 * What a job needs next, said again from DESIGN.md in other words than machines/duty.ts says it,
 * and without its functions: the invariants hold the lifecycle against it.
 */
import type { Job, StepName } from "../../machines/record.ts";

export const active: readonly string[] = ["running", "ready"];
export const parked: readonly string[] = ["paused", "standby"];
export const working: readonly string[] = [...active, ...parked];

export function wantsPause({ userPaused, cancel }: Job): boolean {
  return userPaused && cancel !== "force";
}

/** Prepare before the decision; after it commit or abort, then clean: of these, those it has. */
export function dueStep(job: Job): StepName | null {
  const { status, decision, epoch, shape, done } = job;
  const has = (step: StepName): boolean => shape.can.some((each) => each === step);
  if (status === "pending" && decision === "none") {
    return job.finalizing && job.vote === null && has("prepare") ? "prepare" : null;
  }
  if (epoch === 0 || (status !== "pending" && status !== "aborting")) return null;
  const act = status === "pending" ? "commit" : "abort";
  if (done === "nothing" && has(act)) return act;
  return done !== "cleaned" && has("clean") ? "clean" : null;
}

export interface Need {
  readonly work: "run" | StepName;
  /** A worker may take it from then on; 0: at once. Milliseconds since 1970. */
  readonly dueAt: number;
  /** The only host that will do. */
  readonly host?: string;
  /** What its worker must have. */
  readonly require?: Job["require"];
  /** Where it stands among others that wait; absent in the middle, at 0. */
  readonly priority?: number;
}

/** What a worker is needed for; undefined when there is one, or nothing to do. */
export function needOf(job: Job): Need | undefined {
  const { status, claim, held, shape, host, retryAt, notBefore } = job;
  const isRun = status === "created" ? !held : working.includes(status);
  const work = isRun ? "run" : dueStep(job);
  if (claim !== null || work === null) return undefined;
  const startAt = status === "created" ? (notBefore ?? 0) : 0;
  const dueAt = retryAt ?? startAt;
  const isBound = shape.place === "host" && host !== null;
  const isPicky = Object.values(job.require).length > 0;
  return {
    work,
    dueAt,
    ...(isBound ? { host } : {}),
    ...(isPicky ? { require: job.require } : {}),
    ...(job.priority === 0 ? {} : { priority: job.priority }),
  };
}
