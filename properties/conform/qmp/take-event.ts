/** Taking an event: whether it may come here, and what the world is after it. */
import { settleEvent } from "./aftermath.ts";
import type { Beliefs } from "./beliefs.ts";
import { closeConvergence } from "./convergence.ts";
import { brokenRule } from "./event-rules.ts";
import {
  eventText,
  isEndEvent,
  observedText,
  type JobEvent,
  type JobStatus,
  type StrangeStatus,
} from "./job-event.ts";
import { advance, stepped } from "./step.ts";
import type { Job, Oddity, World } from "./world.ts";

export const hindsightRule = "a log has all BLOCK_JOB events or none";
export const endKindRule = "BLOCK_JOB_COMPLETED and BLOCK_JOB_CANCELLED say what was";

/** What is odd about the event; undefined when it may come, and the world has taken it. */
export function takeEvent(world: World, event: JobEvent | StrangeStatus): Oddity | undefined {
  world.eventsSeen += 1;
  world.hasEvidence = true;
  if ("strange" in event) {
    return world.odd(eventText(event.job, event.strange), "there is no such status");
  }
  const { what } = event;
  closeConvergence(world, what);
  const job = seen(world, event);
  const before = world.statusOf(job.id);
  const odd = (why: string): Oddity => world.odd(observedText(event, before), why);
  const broken = brokenRule(world, job, event);
  if (broken !== undefined) return odd(broken);
  if (what.startsWith("BLOCK_JOB")) world.hasBlockEvents = true;
  if (what === "BLOCK_JOB_ERROR") {
    stop(world, job, event);
    return undefined;
  }
  const lacking = lackingBefore(world, job, event, odd);
  if (lacking !== undefined) return lacking;
  const after = stepped(world, job, event, stepOf(world, event));
  if (after === undefined) return odd(whyNot(before, event));
  if (!what.startsWith("BLOCK_JOB")) world.note({ job: job.id, before });
  settleEvent(world, after, event, before);
  return undefined;
}

/** The job, counted when it is new. */
function seen(world: World, { job: id, what }: JobEvent): Job {
  const job = world.job(id);
  if (job.isSeen && what !== "created") return job;
  world.jobsSeen += 1;
  return { ...job, isSeen: true };
}

/** An I/O error may stop the job: it is then paused as if by its user, who is to resume it. */
function stop(world: World, job: Job, { stops }: JobEvent): void {
  if (stops !== true) return;
  advance(world, { ...job, settled: job.settled.stopped() }, (beliefs) => beliefs.stopped());
}

function stepOf(world: World, { what, error }: JobEvent): (beliefs: Beliefs) => Beliefs {
  if (!what.startsWith("BLOCK_JOB")) return (beliefs) => beliefs.after(what as JobStatus);
  if (!isEndEvent(what) || world.sets.without === endKindRule) return (beliefs) => beliefs;
  if (what === "BLOCK_JOB_CANCELLED") {
    return (beliefs) =>
      beliefs.only(({ status, cancel }) => status === "aborting" && cancel === "force");
  }
  const status = error === undefined ? "pending" : "aborting";
  return (beliefs) => beliefs.only((state) => state.status === status && state.cancel !== "force");
}

/** In hindsight: an event of a kind that the log turns out to have was missing further up. */
function lackingBefore(
  world: World,
  job: Job,
  { what }: JobEvent,
  odd: (why: string) => Oddity,
): Oddity | undefined {
  const { next } = job;
  if (next?.isOptional === true && next.what !== what) {
    const text = eventText(job.id, next.what);
    world.lacking ??= odd(`${text} comes before it: this log has such events`);
  }
  const isJudged = world.hasBlockEvents && world.sets.without !== hindsightRule;
  return isJudged ? world.lacking : undefined;
}

function whyNot(before: JobStatus | undefined, { what }: JobEvent): string {
  if (what === "BLOCK_JOB_CANCELLED") {
    return "it is only for a job that aborts because it was cancelled";
  }
  if (what === "BLOCK_JOB_COMPLETED") {
    return "it has an error just when the job failed by itself, and is not for what was cancelled";
  }
  if (before === "null") return "a job begins with 'created'";
  return before === undefined ? "it cannot come here" : `'${what}' cannot follow '${before}' here`;
}
