/**
 * The schema of what a fact sets: every field of a job's record, none required. What users and
 * drivers gave is passed on as it was parsed: rebuilding it would lose a key named `__proto__`.
 */
import { z } from "zod";
import { busyPolicies, capabilities, errorPolicies, type Job } from "./record.ts";
import type { JobPatch } from "./fact.ts";
import type { JsonObject } from "./json.ts";

const text = z.string();
const textOrNull = text.nullable();
const number = z.number();
const numberOrNull = number.nullable();
const flag = z.boolean();
const json = z.unknown();
const object = z.custom<JsonObject>(isObject, "expected an object");
const texts = z.custom<Job["labels"]>(
  (value) => isObject(value) && Object.values(value).every((each) => typeof each === "string"),
  "expected an object of strings",
);
const steps = z.enum(["prepare", "commit", "abort", "clean"]);

const fields = {
  type: text,
  args: object,
  group: textOrNull,
  completion: z.enum(["grouped", "individual"]),
  shape: z.object({
    can: z.array(z.enum(capabilities)),
    place: z.enum(["anywhere", "host"]),
    recover: z.enum(["resume", "restart", "fail"]),
  }),
  autoFinalize: flag,
  autoDismiss: flag,
  held: flag,
  speed: number,
  onError: z.enum(errorPolicies),
  retry: z.object({ attempts: number, backoffMs: number, maxMs: number }),
  notBefore: numberOrNull,
  timeoutMs: numberOrNull,
  deadline: numberOrNull,
  resources: z.array(z.object({ name: text, shared: flag, limit: number.exactOptional() })),
  onBusy: z.enum(busyPolicies),
  priority: number,
  stallMs: numberOrNull,
  labels: texts,
  require: texts,
  note: textOrNull,
  by: text,
  traceparent: textOrNull,
  userPaused: flag,
  ioStatus: z.enum(["ok", "failed", "nospace"]),
  cancel: z.enum(["no", "soft", "force"]),
  cancelText: textOrNull,
  cancelledBy: textOrNull,
  completing: flag,
  changed: object,
  epoch: number,
  claim: z.object({ session: text, worker: text, host: text }).nullable(),
  host: textOrNull,
  attempt: number,
  losses: number,
  retryAt: numberOrNull,
  lastError: textOrNull,
  cursor: json,
  progress: z.object({ current: number, total: number }),
  result: json,
  error: textOrNull,
  outcome: z.enum(["success", "failed", "cancelled"]).nullable(),
  finalizing: flag,
  vote: numberOrNull,
  prepared: json,
  decision: z.enum(["none", "commit", "abort"]),
  done: z.enum(["nothing", "acted", "cleaned"]),
  stuck: z.object({ step: steps, error: text, tries: number, retryAt: number }).nullable(),
  damage: textOrNull,
  createdAt: number,
  startedAt: numberOrNull,
  activeSince: numberOrNull,
  activeMs: number,
  endedAt: numberOrNull,
} satisfies Record<keyof JobPatch & keyof Job, z.ZodType>;

export const jobPatch = z.object(fields).partial();

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
