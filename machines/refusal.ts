/**
 * A refusal: the domain says no. A value, never an exception, never in the log. The texts are
 * QEMU's where QEMU has one (`job.c`, `blockjob.c`; reference texts of 10.0).
 */
import { legalVerbs, type Status, type Verb } from "./status.ts";

export interface Refusal {
  readonly refused: string;
  /** The guard that said no; `table` when the status does not admit the verb at all. */
  readonly guard: string;
  readonly verb: string;
  readonly job?: string;
  readonly status?: Status;
  /** The verbs that the status admits. */
  readonly legal?: readonly Verb[];
}

export function refusal(
  refused: string,
  guard: string,
  verb: string,
  job?: { readonly id: string; readonly status: Status },
): Refusal {
  return job === undefined
    ? { refused, guard, verb }
    : { refused, guard, verb, job: job.id, status: job.status, legal: legalVerbs(job.status) };
}

export const jobNotFound = "Job not found";
export const canceled = "Operation canceled";
