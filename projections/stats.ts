/**
 * Stats: the fleet in numbers, folded commit by commit. Counted once and never recounted, so that
 * a million dismissed jobs cost nothing when somebody asks. What a group has added to its jobs' types
 * stays when it is pruned: its summary says it again.
 */
import { produce, type Draft } from "immer";
import type { Commit } from "../machines/commit.ts";
import type { Fact } from "../machines/fact.ts";
import type { Group, Outcome, PrunedJob } from "../machines/record.ts";
import { statuses, type Status } from "../machines/status.ts";

export interface Stats {
  /** How many jobs are in each status now; pruned ones in none. */
  readonly status: Readonly<Partial<Record<Status, number>>>;
  /** By the job's type. */
  readonly types: Readonly<Record<string, TypeStats>>;
  /** How often a run failed and another attempt was made. */
  readonly retries: number;
  /** How often a worker was lost while it held a job, of the groups that were not pruned. */
  readonly losses: number;
}

interface TypeStats {
  /** Jobs that were ever created, and those of them that are gone: whole lives. */
  readonly created: number;
  readonly lives: number;
  readonly outcome: Readonly<Record<Outcome, number>>;
  /** Time spent running or ready by the jobs with an outcome: their sum and the longest. */
  readonly activeMs: number;
  readonly activeMsMax: number;
}

export const noStats: Stats = { status: {}, types: {}, retries: 0, losses: 0 };

const noTypeStats: TypeStats = {
  created: 0,
  lives: 0,
  outcome: { success: 0, failed: 0, cancelled: 0 },
  activeMs: 0,
  activeMsMax: 0,
};

/** A commit, its group as the commit left it, and what was counted of that before. */
export interface Step {
  readonly commit: Commit;
  readonly before: { readonly group: Group; readonly losses: number };
  readonly group: Group;
}

/** The stats after the steps. */
export function foldStats(stats: Stats, steps: readonly Step[]): Stats {
  return produce(stats, (draft) => {
    for (const { commit, before, group } of steps) {
      if (group.pruned !== undefined) settle(draft, before, group.pruned.jobs);
      else for (const fact of commit.events) count(draft, fact, group);
    }
    for (const status of statuses) if (draft.status[status] === 0) delete draft.status[status];
  });
}

/**
 * Counts what a summary says beyond what was counted, which is nothing for who saw it all; and no
 * longer what a summary does not say.
 */
function settle(
  stats: Draft<Stats>,
  { group, losses }: Step["before"],
  summaries: readonly PrunedJob[],
): void {
  stats.losses -= losses;
  const counted = new Map(group.jobs.map((job) => [job.uid, job]));
  for (const { status } of group.jobs) stats.status[status] = (stats.status[status] ?? 0) - 1;
  for (const { uid, type: name, outcome, attempt, activeMs } of summaries) {
    const job = counted.get(uid);
    const type = (stats.types[name] ??= structuredClone(noTypeStats));
    stats.retries += retriesOf(attempt) - retriesOf(job?.attempt ?? 0);
    if (job === undefined) type.created += 1;
    if (job?.status !== "null") type.lives += 1;
    if (outcome !== null && job?.outcome !== outcome) tally(type, outcome, activeMs);
  }
}

/** The first attempt is none. */
function retriesOf(attempt: number): number {
  return Math.max(0, attempt - 1);
}

function count(stats: Draft<Stats>, { kind, uid, from, to, set }: Fact, group: Group): void {
  if (kind === "lost") stats.losses += 1;
  if (set?.attempt !== undefined && set.attempt > 1) stats.retries += 1;
  const job = to === undefined ? undefined : group.jobs.find((each) => each.uid === uid);
  if (job === undefined || to === undefined || from === undefined) return;
  const type = (stats.types[job.type] ??= structuredClone(noTypeStats));
  stats.status[to] = (stats.status[to] ?? 0) + 1;
  if (from === "undefined") type.created += 1;
  else stats.status[from] = (stats.status[from] ?? 0) - 1;
  if (to === "null") type.lives += 1;
  const outcome = set?.outcome;
  if (outcome === undefined || outcome === null) return;
  tally(type, outcome, job.activeMs);
}

function tally(type: Draft<TypeStats>, outcome: Outcome, activeMs: number): void {
  type.outcome[outcome] += 1;
  type.activeMs += activeMs;
  type.activeMsMax = Math.max(type.activeMsMax, activeMs);
}
