/**
 * Failures: what went wrong as people and scripts see it, and the exit code that it makes. A
 * refusal is a value and becomes a failure here as well; what we did not foresee is our fault.
 */
import { BusError, type BusErrorCode } from "../bus/bus-error.ts";
import { CommitError } from "../machines/commit.ts";
import type { Refusal } from "../machines/refusal.ts";
import { exit, type ExitCode } from "./exit-code.ts";
import { messageOf, UsageError } from "./usage-error.ts";

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly job?: string;
  readonly status?: string;
  readonly verb?: string;
  readonly guard?: string;
  /** The verbs that the job accepts as it stands. */
  readonly legal?: readonly string[];
}

export interface Failed {
  readonly failure: Failure;
  readonly exitCode: ExitCode;
}

/** The guards that judge the words alone: the same request can never be accepted. */
const wording: ReadonlySet<string> = new Set([
  "args",
  "args-size",
  "group-size",
  "job-id",
  "note-size",
  "require",
  "spec",
  "speed",
  "type",
  "verb",
]);

/** The failure that a refusal is; `job`: what the caller called it. */
export function failedBy(refusal: Refusal, job?: string): Failed {
  const { refused, ...rest } = refusal;
  const isUnknown = rest.guard === "exists";
  const code = isUnknown ? "not-found" : "refused";
  const failure = { code, message: refused, ...(job === undefined ? {} : { job }), ...rest };
  return { failure, exitCode: wording.has(rest.guard) ? exit.usage : exit.refused };
}

/** What the bus says no to because of how it was asked: another word would do. */
const usageCodes: ReadonlySet<BusErrorCode> = new Set(["bad-url", "conflict", "too-large"]);

/** The failure that a thrown error is; of two at once the first, which led to the other. */
export function failedWith(error: unknown): Failed {
  if (error instanceof SuppressedError) return failedWith(error.suppressed);
  if (error instanceof UsageError) return of(error.code, error.message, exit.usage);
  if (error instanceof CommitError) return of(error.code, error.message, exit.bus);
  if (error instanceof BusError) {
    const isUsage = usageCodes.has(error.code);
    return of(error.code, error.message, isUsage ? exit.usage : exit.bus);
  }
  return of("fault", `a fault of this program: ${traceOf(error)}`, exit.fault);
}

/** The stack, or where an error has an empty one, as errors made for speed do, all else it says. */
function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error);
  const { name, message, stack = "" } = error;
  return stack === "" ? `${name}: ${message}` : stack;
}

function of(code: string, message: string, exitCode: ExitCode): Failed {
  return { failure: { code, message }, exitCode };
}
