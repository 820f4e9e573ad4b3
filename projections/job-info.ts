/**
 * JobInfo: one job as `query-jobs` shows it, with QMP's names first and the rest of what is known
 * after them. The order of the keys is part of the contract; scripts and people read it.
 *
 * Times are RFC 3339 texts or null, durations milliseconds, progress in the units of the job's
 * type. Elapsed, rate and remaining are as of the time that is asked about.
 */
import { hasTags } from "../bus/tags.ts";
import { activeMsAt, phaseOf, waitingFor, type Phase, type WaitingFor } from "../machines/duty.ts";
import type { Json, JsonObject } from "../machines/json.ts";
import type { Group, Job, Outcome, Resource, StepName, Stuck } from "../machines/record.ts";
import type { Status } from "../machines/status.ts";
import type { Tags } from "../machines/tags.ts";
import { isoOf, isoOrNull } from "./iso-time.ts";
import { lastProgressAt, noStride, stalledMs, type Stride } from "./stall.ts";
import { overlay, type LiveProgress, type Sample, type StepProgress } from "./sample.ts";

export interface JobInfo {
  readonly id: string;
  readonly type: string;
  readonly status: Status;
  readonly "current-progress": number;
  readonly "total-progress": number;
  /** Absent while nothing has gone wrong, and after success. */
  readonly error?: string;
  readonly uid: string;
  /** The group's name; its gid when it has none. */
  readonly group: string;
  readonly gid: string;
  readonly phase: Phase;
  readonly "waiting-for": WaitingFor | null;
  readonly outcome: Outcome | null;
  /** The uid of the member whose end stopped this one. */
  readonly "cancelled-by": string | null;
  readonly epoch: number;
  readonly attempt: number;
  /** 0 to 100, one decimal, rounded down: 100 is all of it. Null while the total is 0. */
  readonly percent: number | null;
  /** Units a second; null while nobody works on it, once it is ready, or where it was not measured. */
  readonly rate: number | null;
  /** Time spent running or ready. */
  readonly "elapsed-ms": number;
  readonly "remaining-ms": number | null;
  /** When `current-progress` grew last; null while it never has. */
  readonly "last-progress-at": string | null;
  /** It is at work, and there was no progress for longer than `stall-ms`, or ten minutes. */
  readonly stalled: boolean;
  /** For how long there was none; null unless it is stalled. */
  readonly "stalled-ms": number | null;
  /** Units a second, 0 = unlimited. */
  readonly speed: number;
  /** A user asked for a pause; `status` says whether it is parked. */
  readonly paused: boolean;
  readonly cancel: "no" | "soft" | "force";
  readonly "io-status": "ok" | "failed" | "nospace";
  readonly "auto-finalize": boolean;
  readonly "auto-dismiss": boolean;
  /** Of the jobs that wait for a worker the higher go first: -9 to 9. */
  readonly priority: number;
  readonly labels: Readonly<Record<string, string>>;
  /** The tags that a worker must have to run it. */
  readonly require: Tags;
  readonly resources: readonly Resource[];
  readonly result: Json;
  readonly note: string | null;
  readonly by: string;
  /** Who holds it now. */
  readonly worker: string | null;
  /** The session of that worker that holds it. */
  readonly session: string | null;
  /** Where it is held; while it is not, where it was first claimed. */
  readonly host: string | null;
  readonly "last-error": string | null;
  /** How far prepare, commit, abort or clean is; null unless one is at work and says so. */
  readonly "step-progress": StepProgress | null;
  readonly stuck: StuckInfo | null;
  readonly damage: string | null;
  readonly args: JsonObject;
  readonly "created-at": string;
  readonly "started-at": string | null;
  readonly "ended-at": string | null;
  readonly "not-before": string | null;
  readonly "timeout-ms": number | null;
  /** As it was created; null: ten minutes, once it has reported progress. */
  readonly "stall-ms": number | null;
  readonly deadline: string | null;
  readonly "retry-at": string | null;
  /** Present when a newer program wrote on: what is shown is what was known before that. */
  readonly newer?: string;
}

interface StuckInfo {
  readonly step: StepName;
  readonly error: string;
  readonly tries: number;
  readonly "retry-at": string;
}

export interface AskedAbout {
  /** The time that is asked about, milliseconds since 1970. */
  readonly at: number;
  /** Null: there is none. Absent: nobody knows. */
  readonly sample?: Sample | null | undefined;
  readonly stride?: Stride | undefined;
  /** Why the record is older than the log. */
  readonly newer?: string | null;
}

/** The job, a member of the group, as it stands at a time. */
export function jobInfo(group: Group, job: Job, asked: AskedAbout): JobInfo {
  const { at, sample, stride = noStride, newer } = asked;
  const progress = overlay(job, sample);
  const phase = phaseOf(job, at);
  const waiting = waitingFor(job, group, at);
  const stalled = stalledMs(job, { at, stride, sample, waiting });
  const isOnTheWay = isAtWork(phase) && job.status !== "ready";
  const rate = isOnTheWay && stalled === null ? progress.rate : null;
  return {
    id: job.id,
    type: job.type,
    status: job.status,
    "current-progress": progress.current,
    "total-progress": progress.total,
    ...(job.error === null || job.outcome === "success" ? {} : { error: job.error }),
    uid: job.uid,
    group: job.group ?? group.gid,
    gid: group.gid,
    phase,
    "waiting-for": waiting,
    outcome: job.outcome,
    "cancelled-by": job.cancelledBy,
    epoch: job.epoch,
    attempt: job.attempt,
    percent: percentOf(progress),
    rate,
    "elapsed-ms": activeMsAt(job, at),
    "remaining-ms": remainingMs(progress, rate),
    "last-progress-at": isoOrNull(lastProgressAt(job, { stride, sample })),
    stalled: stalled !== null,
    "stalled-ms": stalled,
    speed: job.speed,
    paused: job.userPaused,
    cancel: job.cancel,
    "io-status": job.ioStatus,
    "auto-finalize": job.autoFinalize,
    "auto-dismiss": job.autoDismiss,
    priority: job.priority,
    labels: job.labels,
    require: job.require,
    resources: job.resources,
    result: job.result,
    note: job.note,
    by: job.by,
    worker: job.claim?.worker ?? null,
    session: job.claim?.session ?? null,
    host: job.claim?.host ?? job.host,
    "last-error": job.lastError,
    "step-progress": isStepping(phase) ? progress.step : null,
    stuck: job.stuck && stuckInfo(job.stuck),
    damage: job.damage,
    args: job.args,
    "created-at": isoOf(job.createdAt),
    "started-at": isoOrNull(job.startedAt),
    "ended-at": isoOrNull(job.endedAt),
    "not-before": isoOrNull(job.notBefore),
    "timeout-ms": job.timeoutMs,
    "stall-ms": job.stallMs,
    deadline: isoOrNull(job.deadline),
    "retry-at": isoOrNull(job.retryAt),
    ...(newer === undefined || newer === null ? {} : { newer }),
  };
}

/** A worker's session, as far as it tells of jobs. */
interface Session {
  readonly session: string;
  readonly host: string;
  readonly types: readonly string[];
  /** Of these types it takes only some jobs; nobody but itself knows which. */
  readonly picks?: readonly string[];
  readonly tags: Tags;
}

/**
 * The jobs again, as the sessions that are alive let them be seen: one that waits for a worker, and
 * that one of them is sure to take, waits for a slot; one whose worker is gone waits for another.
 */
export function beside(jobs: readonly JobInfo[], sessions: readonly Session[]): readonly JobInfo[] {
  const alive = new Set(sessions.map(({ session }) => session));
  return jobs.map((job) => {
    if (job.session !== null && !alive.has(job.session)) return orphaned(job);
    if (job["waiting-for"]?.what !== "worker" || job.session !== null) return job;
    if (sessions.some((each) => takes(each, job))) return waitingForSlot(job);
    return sessions.some(({ types }) => types.includes(job.type)) ? job : unserved(job);
  });
}

function takes({ host, types, picks = [], tags }: Session, job: JobInfo): boolean {
  if (picks.includes(job.type)) return false;
  const isBound = job["waiting-for"]?.detail?.endsWith(` on ${job.host}`) === true;
  const isThere = !isBound || host === job.host;
  return isThere && types.includes(job.type) && hasTags(tags, job.require);
}

function orphaned(job: JobInfo): JobInfo {
  const detail = `its worker ${job.worker} is gone`;
  const still = { rate: null, "remaining-ms": null, stalled: false, "stalled-ms": null };
  return { ...job, ...still, "waiting-for": { what: "worker", detail } };
}

function unserved(job: JobInfo): JobInfo {
  const detail = `${job["waiting-for"]?.detail}: none alive takes type ${job.type}`;
  return { ...job, "waiting-for": { what: "worker", detail } };
}

function waitingForSlot(job: JobInfo): JobInfo {
  return { ...job, "waiting-for": { ...job["waiting-for"], what: "slot" } };
}

/** Somebody moves its progress: the run, or a prepare that reads everything again. */
function isAtWork(phase: Phase): boolean {
  return phase === "active" || phase === "preparing" || phase === "committing";
}

function isStepping(phase: Phase): boolean {
  return ["preparing", "committing", "aborting", "cleaning"].includes(phase);
}

function percentOf({ current, total }: LiveProgress): number | null {
  if (total <= 0) return null;
  return Math.min(100, Math.max(0, Math.floor((current * 1000) / total) / 10));
}

function remainingMs({ current, total }: LiveProgress, rate: number | null): number | null {
  if (rate === null || rate <= 0 || total <= 0) return null;
  return Math.max(0, Math.round(((total - current) / rate) * 1000));
}

function stuckInfo({ step, error, tries, retryAt }: Stuck): StuckInfo {
  return { step, error, tries, "retry-at": isoOf(retryAt) };
}
