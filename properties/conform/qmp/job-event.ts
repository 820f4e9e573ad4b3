/** An event of one job: a change of its status, or one of the BLOCK_JOB events. */
import { statuses } from "../../../machines/status.ts";
import type { EventMessage } from "./message.ts";
import type { State } from "./state.ts";

export type JobStatus = State["status"];

export const blockEvents = [
  "BLOCK_JOB_READY",
  "BLOCK_JOB_PENDING",
  "BLOCK_JOB_COMPLETED",
  "BLOCK_JOB_CANCELLED",
  "BLOCK_JOB_ERROR",
] as const;
type BlockEvent = (typeof blockEvents)[number];

export interface JobEvent {
  readonly job: string;
  /** A status that was entered, or a BLOCK_JOB event. */
  readonly what: JobStatus | BlockEvent;
  readonly type?: string;
  readonly error?: string;
  /** Of BLOCK_JOB_ERROR: the job is stopped. */
  readonly stops?: boolean;
}

/** A status that is none. */
export interface StrangeStatus {
  readonly job: string;
  readonly strange: string;
}

/** What an event says of a job; undefined when it speaks of none. */
export function jobEventOf({ name, data }: EventMessage): JobEvent | StrangeStatus | undefined {
  if (name === "JOB_STATUS_CHANGE") {
    const { id, status } = data;
    if (typeof id !== "string" || typeof status !== "string") return undefined;
    return isJobStatus(status) ? { job: id, what: status } : { job: id, strange: status };
  }
  if (!isBlockEvent(name)) return undefined;
  const { device, id, type, error, action } = data;
  const job = device ?? id;
  if (typeof job !== "string") return undefined;
  return {
    job,
    what: name,
    ...(typeof type === "string" && { type }),
    ...(typeof error === "string" && { error }),
    ...(name === "BLOCK_JOB_ERROR" && { stops: action === "stop" }),
  };
}

/** An event of a job by its name, that does not say of which, or what it has become. */
export function isUnclear(event: EventMessage): boolean {
  const isOfJobs = event.name === "JOB_STATUS_CHANGE" || isBlockEvent(event.name);
  return isOfJobs && jobEventOf(event) === undefined;
}

export function isJobStatus(word: unknown): word is JobStatus {
  return word !== "undefined" && (statuses as readonly unknown[]).includes(word);
}

function isBlockEvent(word: string): word is BlockEvent {
  return (blockEvents as readonly string[]).includes(word);
}

/** The events that say how a block job ended. */
export function isEndEvent(word: string): boolean {
  return word === "BLOCK_JOB_COMPLETED" || word === "BLOCK_JOB_CANCELLED";
}

/** What a job event is called in a sentence: `'waiting' of job b`, `BLOCK_JOB_READY of job b`. */
export function eventText(job: string, what: string): string {
  if (!what.startsWith("BLOCK_JOB")) return `'${what}' of job ${job}`;
  const [name, ...rest] = what.split(" ");
  return [name, "of job", job, ...rest].join(" ");
}

/** An event that was seen, and where its job was. */
export function observedText(
  { job, what, error }: JobEvent,
  before: JobStatus | undefined,
): string {
  const failure = error === undefined ? "" : ` with error '${error}'`;
  const place = before === "null" ? "which is not there" : `which was '${before}'`;
  return `${eventText(job, what)}${failure}${before === undefined ? "" : `, ${place}`}`;
}
