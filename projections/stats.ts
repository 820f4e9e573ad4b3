/**
 * Stats: the fleet in numbers, folded commit by commit. Counted once and never recounted, so that
 * a million dismissed jobs cost nothing when somebody asks.
 */
import { produce, type Draft } from "immer";
import type { Commit } from "../machines/commit.ts";
import type { Fact } from "../machines/fact.ts";
import type { Group, Outcome } from "../machines/record.ts";
import type { Status } from "../machines/status.ts";

export interface Stats {
  /** How many jobs are in each status now. */
  readonly status: Readonly<Partial<Record<Status, number>>>;
  /** By the job's type. */
  readonly types: Readonly<Record<string, TypeStats>>;
  /** How often a run failed and another attempt was made. */
  readonly retries: number;
  /** How often a worker was lost while it held a job. */
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

/** A commit, and its group as the commit left it. */
export interface Step {
  readonly commit: Commit;
  readonly group: Group;
}

/** The stats after the steps. */
export function foldStats(stats: Stats, steps: readonly Step[]): Stats {
  return produce(stats, (draft) => {
    for (const { commit, group } of steps) {
      for (const fact of commit.events) count(draft, fact, group);
    }
  });
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
  type.outcome[outcome] += 1;
  type.activeMs += job.activeMs;
  type.activeMsMax = Math.max(type.activeMsMax, job.activeMs);
}
