/**
 * Status changes out of CloudEvents, ours and others': whatever says in its data of which job it
 * is, and which status that now has.
 */
import { Divergence } from "./divergence.ts";
import { statuses, type Status } from "../../machines/status.ts";

export interface StatusEvent {
  readonly line: number;
  readonly source: string;
  readonly id: string;
  /** The place among its source's events; undefined when that is not told as a whole number. */
  readonly sequence: number | undefined;
  /** Tells this life of this job from all others, as far as the event does. */
  readonly key: string;
  readonly job: string;
  /** Undefined when the event does not tell. */
  readonly from: Status | undefined;
  readonly to: Status;
  /** The group, when the event says that its members complete together. */
  readonly group: string | undefined;
  readonly outcome: string | undefined;
}

/** Why an event is none. */
export type Other = "no CloudEvent" | "no status";

/** Fails with Divergence where a change of status tells of one that there is not. */
export function statusEventOf(value: unknown, line: number): StatusEvent | Other {
  if (!isCloudEvent(value)) return "no CloudEvent";
  const { source, id, subject, sequence } = value;
  const data = dataOf(value);
  const job = firstText(data["job"], data["id"], subject);
  const to = firstText(data["to"], data["status"]);
  if (job === undefined || to === undefined) return "no status";
  const from = firstText(data["from"]);
  if (from === undefined && !isStatus(to)) return "no status";
  expectStatuses(job, [from ?? to, to]);
  const group = firstText(data["group"]);
  return {
    line,
    source,
    id,
    sequence: sequenceOf(sequence),
    key: firstText(data["uid"]) ?? `${source} ${job}`,
    job,
    from: from as Status | undefined,
    to: to as Status,
    group: data["completion"] === "grouped" ? group : undefined,
    outcome: firstText(data["outcome"]),
  };
}

interface Envelope {
  readonly source: string;
  readonly id: string;
  readonly subject?: unknown;
  readonly sequence?: unknown;
  readonly data?: unknown;
  readonly data_base64?: unknown;
}

function isCloudEvent(value: unknown): value is Envelope {
  if (!isObject(value)) return false;
  const { specversion, id, source, type } = value;
  return specversion === "1.0" && [id, source, type].every((text) => typeof text === "string");
}

function dataOf({ data, data_base64: encoded }: Envelope): Readonly<Record<string, unknown>> {
  if (data !== undefined || typeof encoded !== "string") return isObject(data) ? data : {};
  try {
    const decoded: unknown = JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
    return isObject(decoded) ? decoded : {};
  } catch {
    return {};
  }
}

function expectStatuses(job: string, words: readonly string[]): void {
  const unknown = words.find((word) => !isStatus(word));
  if (unknown === undefined) return;
  throw new Divergence({
    observed: `${job}: ${words.join(" → ")}`,
    expected: statuses.filter((status) => status !== "undefined"),
    explanation: `there is no status '${unknown}'`,
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value) => typeof value === "string");
}

function isStatus(text: string): text is Status {
  return (statuses as readonly string[]).includes(text);
}

function sequenceOf(value: unknown): number | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const isWhole = /^\d{1,15}$/.test(`${value}`);
  return isWhole ? Number(value) : undefined;
}
