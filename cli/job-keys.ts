/**
 * The keys of a job as command lines and transaction files write them, in kebab case and with units,
 * and what each becomes in a JobSpec. Both `run` and `transaction` read their jobs here.
 */
import type { JobSpec } from "../jobchart.ts";
import type { Json, JsonObject } from "../machines/json.ts";
import {
  busyPolicies,
  errorPolicies,
  type BusyPolicy,
  type ErrorPolicy,
} from "../machines/record.ts";
import { msOf } from "../projections/iso-time.ts";
import { suggestion } from "./nearest.ts";
import { parseDuration, parseSpeed } from "./units.ts";
import { UsageError } from "./usage-error.ts";

type Read = (value: Json, key: string) => Partial<JobSpec>;

const readers: Readonly<Record<string, Read>> = {
  id: (value, key) => ({ id: text(value, key) }),
  type: (value, key) => ({ type: text(value, key) }),
  args: (value, key) => ({ args: object(value, key) }),
  "auto-finalize": (value, key) => ({ autoFinalize: flag(value, key) }),
  "auto-dismiss": (value, key) => ({ autoDismiss: flag(value, key) }),
  hold: (value, key) => ({ hold: flag(value, key) }),
  speed: (value, key) => ({ speed: speedOf(value, key) }),
  "on-error": (value, key) => ({ onError: policyOf(value, key) }),
  retry: (value, key) => ({ retry: retryOf(value, key) }),
  "not-before": (value, key) => ({ notBefore: timeOf(value, key) }),
  timeout: (value, key) => ({ timeoutMs: durationOf(value, key) }),
  deadline: (value, key) => ({ deadline: timeOf(value, key) }),
  resource: (value, key) => ({ resources: resourcesOf(value, key) }),
  "on-busy": (value, key) => ({ onBusy: busyPolicyOf(value, key) }),
  priority: (value, key) => ({ priority: priorityOf(value, key) }),
  stall: (value, key) => ({ stallMs: durationOf(value, key) }),
  labels: (value, key) => ({ labels: object(value, key) as Record<string, string> }),
  require: (value, key) => ({ require: object(value, key) as Record<string, string> }),
};

/**
 * Fails with UsageError that begins with `where` when a key or the form of a value is wrong;
 * `named`: what the caller wrote for a key.
 */
export function jobSpecOf(
  job: Json,
  { where = "", named }: { readonly where?: string; readonly named: (key: string) => string },
): JobSpec {
  try {
    const entries = Object.entries(object(job, "a job"));
    const parts = entries.map(([key, value]) => readerOf(key)(value, named(key)));
    const spec = Object.assign({}, ...parts) as Partial<JobSpec>;
    if (spec.type === undefined) throw new UsageError("'type' is missing");
    return { ...spec, type: spec.type };
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${where}${error.message}`);
    throw error;
  }
}

function readerOf(key: string): Read {
  const reader = Object.hasOwn(readers, key) ? readers[key] : undefined;
  if (reader !== undefined) return reader;
  throw new UsageError(`Unknown key '${key}'.${suggestion(key, Object.keys(readers))}`);
}

export function object(value: Json, what: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw new UsageError(`${what}: expected an object in braces`);
}

export function text(value: Json, what: string): string {
  if (typeof value === "string") return value;
  throw new UsageError(`${what}: expected a text in quotes`);
}

function flag(value: Json, what: string): boolean {
  if (typeof value === "boolean") return value;
  throw new UsageError(`${what}: expected true or false`);
}

function speedOf(value: Json, what: string): number {
  return typeof value === "number" ? value : parseSpeed(text(value, what), what);
}

function policyOf(value: Json, what: string): ErrorPolicy {
  const policy = errorPolicies.find((each) => each === value);
  if (policy !== undefined) return policy;
  throw new UsageError(`${what}: expected one of ${errorPolicies.join(" ")}`);
}

function busyPolicyOf(value: Json, what: string): BusyPolicy {
  const policy = busyPolicies.find((each) => each === value);
  if (policy !== undefined) return policy;
  throw new UsageError(`${what}: expected one of ${busyPolicies.join(" ")}`);
}

function priorityOf(value: Json, what: string): number {
  const given = typeof value === "number" ? `${value}` : text(value, what);
  if (/^-?\d$/.test(given)) return Number(given);
  throw new UsageError(`${what}: expected a whole number from -9 to 9, found '${given}'`);
}

function durationOf(value: Json, what: string): number {
  const ms = parseDuration(typeof value === "number" ? `${value}` : text(value, what), what);
  if (ms > 0) return ms;
  throw new UsageError(`${what}: expected more than 0`);
}

function timeOf(value: Json, what: string): number {
  const ms = msOf(text(value, what));
  if (!Number.isNaN(ms)) return ms;
  throw new UsageError(`${what}: expected a time as 2026-11-20T18:00Z`);
}

/** The number of runs in all, or that with the waits between them. */
function retryOf(value: Json, what: string): NonNullable<JobSpec["retry"]> {
  if (typeof value === "number") return { attempts: value };
  const { attempts, backoff, max, ...others } = object(value, what);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new UsageError(`${what}: Unknown key '${unknown}'`);
  return {
    ...(attempts === undefined ? {} : { attempts: attempts as number }),
    ...(backoff === undefined ? {} : { backoffMs: durationOf(backoff, `${what} backoff`) }),
    ...(max === undefined ? {} : { maxMs: durationOf(max, `${what} max`) }),
  };
}

/** `NAME`, `NAME=2`, or `NAME:shared`; one or several. */
function resourcesOf(value: Json, what: string): NonNullable<JobSpec["resources"]> {
  return (Array.isArray(value) ? (value as readonly Json[]) : [value]).map((each) => {
    const [, name, how] = /^([^:=]*)(:shared|=[1-9]\d{0,5})?$/.exec(text(each, what)) ?? [];
    if (name === undefined) {
      const found = `found '${text(each, what)}'`;
      throw new UsageError(`${what}: expected NAME, NAME=2 or NAME:shared, ${found}`);
    }
    const shared = how === ":shared";
    const limit = shared ? 1 : Number(how?.slice(1) ?? 1);
    return limit === 1 ? { name, shared } : { name, shared, limit };
  });
}
