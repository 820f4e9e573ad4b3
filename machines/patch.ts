/**
 * The patches: which fields of a job an input changes, once the statechart has taken it. Times
 * come from the input; nothing here decides whether the input is allowed.
 */
import { stepOf } from "./duty.ts";
import type { JobPatch } from "./fact.ts";
import type { ClaimInput, EventOf } from "./input.ts";
import type { Json } from "./json.ts";
import { blankJob, type ErrorPolicy, type Job, type Progress } from "./record.ts";
import { canceled } from "./refusal.ts";

const blank: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(blankJob).map(([field, value]) => [field, JSON.stringify(value)]),
);

/** Everything that the draft says other than a blank job would. */
export function created(
  _job: Job,
  { draft, group, at, traceparent }: EventOf<"create.job">,
): JobPatch {
  const { id: _id, uid: _uid, ...asked } = draft;
  const said: JobPatch = {
    ...asked,
    group: group.name,
    completion: group.completion,
    by: group.by,
    createdAt: at,
    traceparent: traceparent ?? null,
  };
  return Object.fromEntries(
    Object.entries(said).filter(
      ([field, value]) => value !== undefined && JSON.stringify(value) !== blank[field],
    ),
  );
}

/** A new epoch: from the predecessor's checkpoint, or from nothing when the driver restarts. */
export function claimed(job: Job, input: EventOf<"claimed">): JobPatch {
  const { epoch, claim, at } = input;
  return {
    epoch,
    claim,
    ...(job.host === null ? { host: claim.host } : {}),
    ...(job.startedAt === null ? { startedAt: at, attempt: 1 } : {}),
    ...(job.retryAt === null ? {} : { retryAt: null }),
    ...resumption(job, input),
  };
}

function resumption(job: Job, { cursor, progress }: ClaimInput): JobPatch {
  if (job.epoch === 0) return {};
  if (job.shape.recover === "restart" && stepOf(job) === null) {
    return { cursor: null, progress: { current: 0, total: 0 } };
  }
  if (cursor === undefined || isSame(cursor, job.cursor)) return {};
  return { cursor, losses: 0, ...(progress === undefined ? {} : { progress }) };
}

/** The epoch is over; a vote was its own and goes with it. */
function ended(job: Job): JobPatch {
  return { claim: null, ...(job.vote !== null && job.decision === "none" ? { vote: null } : {}) };
}

export function lost(job: Job): JobPatch {
  const counts = job.status === "running" || job.status === "ready";
  return { ...ended(job), ...(counts ? { losses: job.losses + 1 } : {}) };
}

export function released(job: Job, input: EventOf<"released">): JobPatch {
  return { ...ended(job), ...reported(job, input) };
}

interface Stand {
  readonly progress?: Progress;
  readonly cursor?: Json;
}

/** Where the work stands by a report, as far as it says anything new. */
export function reported(job: Job, { progress, cursor }: Stand): JobPatch {
  return {
    ...(progress !== undefined && isFurther(progress, job.progress) ? { progress } : {}),
    ...(cursor === undefined || isSame(cursor, job.cursor) ? {} : { cursor, losses: 0 }),
  };
}

function isFurther({ current, total }: Progress, before: Progress): boolean {
  return current > before.current || (current === before.current && total !== before.total);
}

function isSame(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function changed(job: Job, { change }: EventOf<"change">): JobPatch {
  return { changed: { ...job.changed, ...change } };
}

/** Whether the cancel asks, and the driver can, end a ready job successfully. */
export function endsSoftly(job: Job, { soft }: EventOf<"cancel">): boolean {
  return soft === true && job.shape.can.includes("soft-cancel");
}

type Canceller = EventOf<"cancel"> | EventOf<"timer"> | EventOf<"group.abort">;

/** A forced cancel of a job whose run is still to end: it is asked, and lifts the user's pause. */
export function forced(job: Job, input: Canceller): JobPatch {
  return {
    cancel: "force",
    cancelText: cancelText(job, input),
    ...(input.verb === "group.abort" ? { cancelledBy: input.cause } : {}),
    ...unpaused(job),
  };
}

/** What every cancel does, the second as the first: it lifts the user's pause. */
export function unpaused({ userPaused }: Job): JobPatch {
  return userPaused ? { userPaused: false, ioStatus: "ok" } : {};
}

/** A forced cancel of a job that has no run to end. */
export function cancelled(job: Job, input: Canceller): JobPatch {
  return { ...forced(job, input), error: job.error ?? cancelText(job, input) };
}

function cancelText(job: Job, input: Canceller): string {
  if (input.verb === "cancel") return canceled;
  if (input.verb === "group.abort") return input.text;
  return input.timer === "timeout"
    ? `${canceled}: it ran longer than ${(job.timeoutMs ?? 0) / 1000} s`
    : `${canceled}: its deadline ${new Date(job.deadline ?? 0).toISOString()} has passed`;
}

export function finished(job: Job, input: EventOf<"finished">): JobPatch {
  const { result = null } = input;
  return { ...reported(job, input), ...(result === null ? {} : { result }) };
}

interface Ending extends Stand {
  /** The run's own error. */
  readonly error?: string | null;
  readonly cancelled?: boolean;
}

/**
 * The run is over without success: its own error if it has one, else that of the cancel. A member
 * that another one's end has stopped says so, whatever its run says.
 */
export function failed(job: Job, { error: own, cancelled, ...stand }: Ending): JobPatch {
  const isCancel = job.cancelledBy !== null || cancelled === true;
  const ofCancel = job.cancel === "force" ? (job.cancelText ?? canceled) : null;
  const error = job.error ?? (isCancel ? ofCancel : own) ?? ofCancel ?? own ?? canceled;
  return { ...reported(job, stand), error };
}

export function mayRetry(job: Job, { retryable }: EventOf<"failed">): boolean {
  return retryable === true && job.cancel === "no" && job.attempt < job.retry.attempts;
}

/** The attempt failed and another is due: the epoch ends, the status stays. */
export function retried(job: Job, input: EventOf<"failed">): JobPatch {
  const { backoffMs, maxMs } = job.retry;
  return {
    ...reported(job, input),
    claim: null,
    attempt: job.attempt + 1,
    retryAt: input.at + Math.min(maxMs, backoffMs * 2 ** (job.attempt - 1)),
    lastError: input.error,
  };
}

export type IoAction = "report" | "ignore" | "stop";

/** What a job's error policy says of an I/O error. */
export function ioAction(policy: ErrorPolicy, nospace: boolean): IoAction {
  if (policy === "enospc" || policy === "auto") return nospace ? "stop" : "report";
  return policy;
}

/** An I/O error; under `stop` it becomes the user's pause unit. */
export function ioError(job: Job, { error, operation, nospace }: EventOf<"io-error">): JobPatch {
  const action = ioAction(job.onError, nospace);
  const lastError = `${operation}: ${error} (${action})`;
  if (action !== "stop" || job.cancel === "force") return { lastError };
  const ioStatus = job.ioStatus !== "ok" ? job.ioStatus : nospace ? "nospace" : "failed";
  return { lastError, userPaused: true, ioStatus };
}

export function prepared(job: Job, { prepared = null }: EventOf<"prepared">): JobPatch {
  return { vote: job.epoch, ...(prepared === null ? {} : { prepared }) };
}

const stepBackoffMs = 1_000;
const stepBackoffMsMax = 60_000;

/** Commit, abort or clean failed: it is tried again, later and later. */
export function stepFailed(job: Job, { step, error, at }: EventOf<"step-failed">): JobPatch {
  const tries = (job.stuck?.step === step ? job.stuck.tries : 0) + 1;
  const retryAt = at + Math.min(stepBackoffMsMax, stepBackoffMs * 2 ** (tries - 1));
  return { stuck: { step, error, tries, retryAt } };
}

/** The operator gives up on the step: the job ends as decided, and says what was not done. */
export function abandoned(job: Job): JobPatch {
  const step = stepOf(job);
  const rest = step === "clean" || !job.shape.can.includes("clean") ? "" : " and clean";
  const why = job.stuck?.error ?? "no worker took it";
  return { damage: `${step}${rest} not done: ${why}`, done: "cleaned", stuck: null };
}

export function settled(job: Job, { at }: EventOf<"settle">): JobPatch {
  const unsuccessful = job.cancel === "force" ? "cancelled" : "failed";
  return {
    outcome: job.status === "pending" ? "success" : unsuccessful,
    endedAt: at,
    ...(job.claim === null ? {} : { claim: null }),
  };
}
