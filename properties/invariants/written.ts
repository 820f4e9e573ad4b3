/**
 * What an input that is taken writes into its own job's record: said again in other words than
 * machines/patch.ts says it. V6 holds the lifecycle against it: that much, and nothing else. What
 * follows for others, and the clock, are other sentences.
 */
import type { Input, JobInput } from "../../machines/input.ts";
import type { Json } from "../../machines/json.ts";
import type { Job, Progress } from "../../machines/record.ts";
import { active, dueStep, parked, working } from "./need.ts";

const none = { current: 0, total: 0 };

/** The fields that the input's first fact sets, with their values; others stay as they are. */
export function writtenBy(job: Job, input: Input & JobInput): Partial<Job> {
  switch (input.verb) {
    case "start":
      return { held: false };
    case "pause":
      return { userPaused: true };
    case "resume":
      return { userPaused: false, ioStatus: "ok" };
    case "complete":
      return { completing: true };
    case "finalize":
      return { finalizing: true };
    case "dismiss":
      return {};
    case "set-speed":
      return { speed: input.speed };
    case "change":
      return { changed: Object.assign({}, job.changed, input.change) };
    case "cancel":
      return cancelled(job, input.soft === true, "Operation canceled");
    case "timer":
      return cancelled(job, false, timerText(job, input.timer));
    case "abandon":
      return { damage: damageOf(job), done: "cleaned", stuck: null };
    case "claimed":
      return claimed(job, input);
    default:
      return reported(job, input);
  }
}

function reported(job: Job, input: Input & JobInput): Partial<Job> {
  switch (input.verb) {
    case "lost":
      return { ...freed(job), ...(active.includes(job.status) ? { losses: job.losses + 1 } : {}) };
    case "released":
      return { ...freed(job), ...stand(job, input) };
    case "finished": {
      if (job.cancel === "force") return { ...stand(job, input), error: errorOf(job, input) };
      return { ...stand(job, input), result: input.result ?? job.result };
    }
    case "failed":
      return { ...stand(job, input), ...failed(job, input) };
    case "io-error":
      return ioError(job, input);
    case "prepared":
      return { vote: input.epoch, prepared: input.prepared ?? job.prepared };
    case "committed":
    case "aborted":
      return { done: "acted", stuck: null };
    case "cleaned":
      return { done: "cleaned", stuck: null };
    case "step-failed": {
      const tries = job.stuck !== null && job.stuck.step === input.step ? job.stuck.tries + 1 : 1;
      const backoffMs = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000][tries - 1] ?? 60_000;
      const { step, error, at } = input;
      return { stuck: { step, error, tries, retryAt: at + backoffMs } };
    }
    case "progress":
    case "paused":
    case "resumed":
    case "ready":
      return stand(job, input);
    default:
      return {};
  }
}

/** A pause is lifted, and with it what an I/O error left. */
function lifted({ userPaused }: Job): Partial<Job> {
  return userPaused ? { userPaused: false, ioStatus: "ok" } : {};
}

function cancelled(job: Job, soft: boolean, text: string): Partial<Job> {
  const { status, cancel, shape } = job;
  const hasRun = working.includes(status);
  if (cancel === "force") return lifted(job);
  if (soft && ["ready", "standby"].includes(status) && shape.can.includes("soft-cancel")) {
    return { cancel: "soft" };
  }
  const forced = { cancel: "force", cancelText: text, ...lifted(job) } as const;
  return hasRun ? forced : { ...forced, error: job.error ?? text };
}

function timerText({ timeoutMs, deadline }: Job, timer: "timeout" | "deadline"): string {
  const why =
    timer === "timeout"
      ? `it ran longer than ${Number(timeoutMs) / 1_000} s`
      : `its deadline ${new Date(Number(deadline)).toISOString()} has passed`;
  return `Operation canceled: ${why}`;
}

function damageOf(job: Job): string {
  const step = dueStep(job);
  const left = step !== "clean" && job.shape.can.includes("clean") ? [step, "clean"] : [step];
  return `${left.join(" and ")} not done: ${job.stuck?.error ?? "no worker took it"}`;
}

/** From where its predecessor was, or from the start when the driver begins anew. */
function claimed(job: Job, input: Extract<Input, { verb: "claimed" }>): Partial<Job> {
  const { epoch, claim, at, cursor, progress } = input;
  const first = job.epoch === 0;
  const taken = {
    epoch,
    claim,
    retryAt: null,
    host: job.host ?? claim.host,
    ...(first ? { startedAt: at, attempt: 1 } : {}),
  };
  if (first) return taken;
  if (job.shape.recover === "restart" && dueStep(job) === null) {
    return { ...taken, cursor: null, progress: none };
  }
  if (cursor === undefined || isSame(cursor, job.cursor)) return taken;
  return { ...taken, cursor, losses: 0, progress: progress ?? job.progress };
}

/** Nobody holds it; a vote that was not counted yet was the holder's. */
function freed({ decision, vote }: Job): Partial<Job> {
  return { claim: null, vote: decision === "none" ? null : vote };
}

/** Progress goes on, and never back; a new checkpoint forgives the losses before it. */
function stand(job: Job, { progress, cursor }: { progress?: Progress; cursor?: Json }) {
  const { current, total } = job.progress;
  const isNews =
    progress !== undefined &&
    (progress.current > current || (progress.current === current && progress.total !== total));
  const isNew = cursor !== undefined && !isSame(cursor, job.cursor);
  return { ...(isNews ? { progress } : {}), ...(isNew ? { cursor, losses: 0 } : {}) };
}

/** Another attempt, if that may help and there is one left; else the end, by way of running. */
function failed(job: Job, input: Extract<Input, { verb: "failed" }>): Partial<Job> {
  const { cancel, decision, attempt, retry, status } = job;
  const hasRun = working.includes(status);
  const isFree = cancel === "no" && decision === "none" && hasRun;
  if (input.retryable === true && isFree && attempt < retry.attempts) {
    const waitMs = Math.min(retry.maxMs, retry.backoffMs * 2 ** (attempt - 1));
    const again = { attempt: attempt + 1, retryAt: input.at + waitMs };
    return { ...again, claim: null, lastError: input.error };
  }
  return parked.includes(status) ? {} : { error: errorOf(job, input) };
}

/** The first error stays. A run that was made to stop says so, and not what became of it. */
function errorOf(job: Job, input: Extract<Input, { verb: "failed" | "finished" }>): string {
  if (job.error !== null) return job.error;
  const own = input.verb === "failed" ? input.error : "Operation canceled";
  if (job.cancel !== "force") return own;
  const isOwn = input.verb === "failed" && input.cancelled !== true && job.cancelledBy === null;
  return isOwn ? own : (job.cancelText ?? own);
}

/** Policies: stop pauses as the user would, enospc and auto do so when space ran out. */
function ioError(job: Job, input: Extract<Input, { verb: "io-error" }>): Partial<Job> {
  const { error, operation, nospace } = input;
  const bySpace = nospace ? "stop" : "report";
  const action = {
    report: "report",
    ignore: "ignore",
    stop: "stop",
    enospc: bySpace,
    auto: bySpace,
  }[job.onError];
  const lastError = `${operation}: ${error} (${action})`;
  if (action !== "stop" || job.cancel === "force") return { lastError };
  const kind = nospace ? "nospace" : "failed";
  return { lastError, userPaused: true, ioStatus: job.ioStatus === "ok" ? kind : job.ioStatus };
}

function isSame(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
