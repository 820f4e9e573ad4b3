/**
 * Duties: what is to be done about a job next, derived from its record alone. No effect exists
 * only in a process's memory: whoever reads the log derives the same duties again.
 */
import type { Group, Job, Shape, StepName } from "./record.ts";
import { isCompleted, isEnded, isParked, isWorking } from "./status.ts";
import { tagsText, type Tags } from "./tags.ts";

/** The finishing step that the job needs now, null for none. */
export function stepOf(job: Job): StepName | null {
  const can = (step: StepName): boolean => job.shape.can.includes(step);
  if (job.status === "pending") {
    if (job.decision === "commit") return finishing(job, "commit");
    return job.finalizing && job.vote === null && can("prepare") ? "prepare" : null;
  }
  if (job.status === "aborting" && job.epoch > 0) return finishing(job, "abort");
  return null;
}

function finishing(job: Job, act: "commit" | "abort"): StepName | null {
  if (job.done === "nothing" && job.shape.can.includes(act)) return act;
  return job.done !== "cleaned" && job.shape.can.includes("clean") ? "clean" : null;
}

/** What a worker is needed for: the run, a step, or nothing. */
function workOf(job: Job): "run" | StepName | null {
  if (job.status === "created") return job.held ? null : "run";
  return isWorking(job.status) ? "run" : stepOf(job);
}

/** Whether prepare has succeeded, or there is none. */
export function hasVoted(job: Job): boolean {
  return job.vote !== null || !job.shape.can.includes("prepare");
}

/** An offer to workers: claim this job, not before `at`. */
export interface Offer {
  readonly uid: string;
  readonly type: string;
  readonly shape: Shape;
  /** The next claim is of the one after. */
  readonly epoch: number;
  readonly host?: string;
  readonly require?: Tags;
  /** Absent: 0. */
  readonly priority?: number;
  readonly at: number;
}

/** The offer that the job stands under; undefined when it needs no worker or has one. */
export function offerOf(job: Job): Offer | undefined {
  if (job.claim !== null || workOf(job) === null) return undefined;
  const at = job.retryAt ?? (job.status === "created" ? job.notBefore : null) ?? 0;
  const bound = job.shape.place === "host" && job.host !== null;
  const { uid, type, shape, epoch, require, priority } = job;
  return {
    uid,
    type,
    shape,
    epoch,
    at,
    ...(bound ? { host: job.host } : {}),
    ...(Object.keys(require).length === 0 ? {} : { require }),
    ...(priority === 0 ? {} : { priority }),
  };
}

export interface Timer {
  readonly uid: string;
  readonly timer: "timeout" | "deadline";
  readonly dueAt: number;
}

/** When the job's time limits run out; a paused job's timeout stands still. */
export function timersOf(job: Job): readonly Timer[] {
  if (isEnded(job.status) || job.cancel === "force" || job.decision !== "none") return [];
  const timers: Timer[] = [];
  if (job.deadline !== null) timers.push({ uid: job.uid, timer: "deadline", dueAt: job.deadline });
  const dueAt = timeoutAt(job);
  if (dueAt !== null) timers.push({ uid: job.uid, timer: "timeout", dueAt });
  return timers;
}

function timeoutAt(job: Job): number | null {
  if (job.timeoutMs === null || job.activeSince === null) return null;
  return job.activeSince + Math.max(0, job.timeoutMs - job.activeMs);
}

/** Time spent running or ready until `at`, in milliseconds. */
export function activeMsAt(job: Job, at: number): number {
  return job.activeMs + (job.activeSince === null ? 0 : Math.max(0, at - job.activeSince));
}

export type Phase =
  | "held"
  | "scheduled"
  | "queued"
  | "active"
  | "parked"
  | "recovering"
  | "backoff"
  | "idle"
  | "preparing"
  | "committing"
  | "aborting"
  | "cleaning"
  | "done";

/** Where inside its status the job is, at a time. */
export function phaseOf(job: Job, at: number): Phase {
  switch (job.status) {
    case "created":
      if (job.held) return "held";
      return job.notBefore !== null && job.notBefore > at ? "scheduled" : "queued";
    case "running":
    case "paused":
    case "ready":
    case "standby":
      if (job.retryAt !== null) return "backoff";
      if (job.claim === null) return "recovering";
      return isParked(job.status) ? "parked" : "active";
    case "pending":
      if (job.decision === "commit") return stepOf(job) === "clean" ? "cleaning" : "committing";
      return job.finalizing ? "preparing" : "idle";
    case "aborting":
      return stepOf(job) === "clean" ? "cleaning" : "aborting";
    case "waiting":
      return "idle";
    default:
      return "done";
  }
}

export interface WaitingFor {
  readonly what:
    | "start"
    | "time"
    | "worker"
    | "slot"
    | "resume"
    | "complete"
    | "finalize"
    | "dismiss"
    | "members"
    | "step"
    | "operator";
  /** The ids of the members it waits for. */
  readonly jobs?: readonly string[];
  readonly detail?: string;
}

/** After so many failed tries a step waits for a human rather than for the next try. */
const triesBeforeOperator = 5;

/** What the job waits for at a time; null while it is at work or at its end. */
export function waitingFor(job: Job, group: Group, at: number): WaitingFor | null {
  if (job.stuck !== null && stepOf(job) === job.stuck.step) {
    const detail = `${job.stuck.step} failed ${job.stuck.tries} times: ${job.stuck.error}`;
    return { what: job.stuck.tries >= triesBeforeOperator ? "operator" : "step", detail };
  }
  if (job.status === "created" && job.held) return { what: "start" };
  if (isParked(job.status) && job.userPaused && job.cancel !== "force") return { what: "resume" };
  const offer = offerOf(job);
  if (offer !== undefined) return offeredFor(job, offer, at);
  if (isWorking(job.status) && job.cancel === "force") {
    return { what: "worker", detail: "to end the cancelled run" };
  }
  switch (job.status) {
    case "ready":
      return job.completing || job.cancel !== "no" ? null : { what: "complete" };
    case "waiting":
      return members(group, (other) => !isCompleted(other.status));
    case "pending":
      if (stepOf(job) !== null) return { what: "step", detail: String(stepOf(job)) };
      return job.finalizing ? members(group, (other) => !hasVoted(other)) : { what: "finalize" };
    case "aborting":
      return { what: "step", detail: stepOf(job) ?? "abort" };
    case "concluded":
      return { what: "dismiss" };
    default:
      return null;
  }
}

function offeredFor(job: Job, offer: Offer, at: number): WaitingFor {
  if (offer.at > at) return { what: "time", detail: new Date(offer.at).toISOString() };
  const work = workOf(job);
  const having = offer.require === undefined ? "" : ` with ${tagsText(offer.require)}`;
  const where = offer.host === undefined ? "" : ` on ${offer.host}`;
  return { what: "worker", detail: `for ${work ?? "run"}${having}${where}` };
}

/** The job that waits is through with what it waits for. */
function members(group: Group, unfinished: (other: Job) => boolean): WaitingFor {
  const jobs = group.jobs.filter(unfinished);
  return { what: "members", jobs: jobs.map((other) => other.id) };
}
