/**
 * Prune: what is kept of a group that has come to its end, once its history is given up. The
 * summary is one fact, and the last that the group ever has.
 */
import type { Fact } from "./fact.ts";
import type { Group, Job, Pruned, PrunedJob } from "./record.ts";
import { jobNotFound, refusal, type Refusal } from "./refusal.ts";

/** 256 summaries have to go into one commit. */
const errorCharsMax = 160;

/** The summary of the group, or why there is none: it does not exist, has not ended, or is one. */
export function pruned(group: Group, at: number): Fact | Refusal {
  const { jobs, voided } = group;
  if (group.pruned !== undefined) return wasPruned(group.gid, group.pruned, "prune");
  if (jobs.length === 0 && !voided) return refusal(jobNotFound, "exists", "prune");
  const open = jobs.find(({ status }) => status !== "null");
  if (open !== undefined) {
    return refusal(`Job '${open.id}' is not dismissed yet`, "dismissed", "prune");
  }
  return { kind: "pruned", pruned: { at, jobs: jobs.map(summaryOf) } };
}

/** Says no to what is asked of a group of which a summary is left. */
export function wasPruned(gid: string, { at }: Pruned, verb: string): Refusal {
  const text = `Group '${gid}' has ended, and was pruned on ${new Date(at).toISOString()}`;
  return refusal(text, "pruned", verb);
}

function summaryOf(job: Job): PrunedJob {
  const { id, uid, type, outcome, attempt, activeMs, createdAt, endedAt } = job;
  const error = job.error?.slice(0, errorCharsMax);
  const said = error === undefined ? {} : { error };
  return { id, uid, type, outcome, ...said, attempt, activeMs, createdAt, endedAt };
}
