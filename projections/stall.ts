/**
 * Stalling: a job is at work, waits for nothing, and its progress has not grown for longer than it
 * may take. It is no event and no status: it is reckoned when somebody asks.
 */
import { phaseOf, type WaitingFor } from "../machines/duty.ts";
import type { Group, Job } from "../machines/record.ts";
import { currentSample, type Sample } from "./sample.ts";

/** When a job moved on, by its group's commits. Milliseconds since 1970, null for never. */
export interface Stride {
  /** Its progress grew in the record. */
  readonly grewAt: number | null;
  /** Its current epoch began. */
  readonly claimedAt: number | null;
}

/** For jobs that do not say how long they may take, once they have reported progress. */
const usualMs = 600_000;
export const noStride: Stride = { grewAt: null, claimedAt: null };

/** The strides of the members, in their order, after a commit led from one group to the next. */
export function stridesAfter(
  strides: readonly Stride[],
  { before, after, at }: { readonly before: Group; readonly after: Group; readonly at: number },
): readonly Stride[] {
  return after.jobs.map((job, index) => {
    const [last, stride = noStride] = [before.jobs[index], strides[index]];
    if (job === last) return stride;
    const hasGrown = job.progress.current > (last?.progress.current ?? 0);
    const isClaimed = job.epoch > (last?.epoch ?? 0);
    return {
      grewAt: hasGrown ? at : stride.grewAt,
      claimedAt: isClaimed ? at : stride.claimedAt,
    };
  });
}

/** What is known of a job's movement at a time. */
interface Movement {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly stride: Stride;
  /** Null: there is none. Undefined: nobody knows, and then nobody can say that the job stalls. */
  readonly sample: Sample | null | undefined;
  readonly waiting: WaitingFor | null;
}

/** When the job's progress last grew, milliseconds since 1970; null when it never did. */
export function lastProgressAt(
  job: Job,
  { stride, sample }: Pick<Movement, "stride" | "sample">,
): number | null {
  const current = currentSample(job, sample);
  if (current === undefined) return stride.grewAt;
  const isAhead = current.current > job.progress.current;
  return current.movedAt ?? (isAhead ? current.at : stride.grewAt);
}

/**
 * For how long the job has been at work without progress, in milliseconds, where that is longer than
 * it may take; else null. It counts from its last progress, or from where it was claimed or resumed
 * since, or from the end of the rest that its speed limit gives it, whichever was last.
 */
export function stalledMs(job: Job, movement: Movement): number | null {
  const { at, stride, sample, waiting } = movement;
  const isAtWork = job.status === "running" && phaseOf(job, at) === "active" && waiting === null;
  if (!isAtWork || sample === undefined) return null;
  const grewAt = lastProgressAt(job, movement);
  const patienceMs = job.stallMs ?? (grewAt === null ? Infinity : usualMs);
  const restsUntil = currentSample(job, sample)?.restsUntil;
  const since = [grewAt, job.activeSince, stride.claimedAt, restsUntil];
  const idleMs = at - Math.max(...since.map((time) => time ?? 0));
  return idleMs > patienceMs ? idleMs : null;
}
