/**
 * The views over a log that is judged: rows, jobs, history and statistics are made of the same
 * commits by the code that people's answers come from, and held against the judge's own records.
 * A view that differs is a defect of ours, and no less a divergence.
 */
import { isDeepStrictEqual } from "node:util";
import type { Row, Stored } from "../../bus/bus.ts";
import type { Commit } from "../../machines/commit.ts";
import type { Fact } from "../../machines/fact.ts";
import type { Group, Job, Pruned } from "../../machines/record.ts";
import { foldBatch, keysOf, statsKey, statsOf } from "../../projections/fold-batch.ts";
import { fromRow } from "../../projections/group-row.ts";
import { eventsOf, type HistoryEvent } from "../../projections/history.ts";
import { jobInfo } from "../../projections/job-info.ts";
import { Divergence } from "./divergence.ts";

/** Commits that are folded at once. */
const batchMax = 2_048;

export class OwnViews {
  readonly #rows = new Map<string, Row>();
  readonly #tally = new Map<string, number>();
  readonly #touched = new Map<string, Group>();
  #batch: Stored[] = [];

  /** Takes a commit that was judged, with its group before and after; fails with Divergence. */
  see(stored: Stored, commit: Commit, before: Group, after: Group): void {
    this.#count(before, after);
    expectHistory(stored, commit);
    this.#touched.set(stored.gid, after);
    this.#batch.push(stored);
    if (this.#batch.length >= batchMax) this.settle();
  }

  /** Folds what was seen since the last time, and compares; fails with Divergence. */
  settle(): void {
    const known = keysOf(this.#batch).map((key) => this.#rows.get(key));
    const rows = foldBatch(
      known.filter((row) => row !== undefined),
      this.#batch,
    );
    for (const row of rows) this.#rows.set(row.key, row);
    for (const [gid, group] of this.#touched) this.#expectRow(gid, group);
    this.#expectStats();
    this.#touched.clear();
    this.#batch = [];
  }

  #expectRow(gid: string, group: Group): void {
    const row = this.#rows.get(gid);
    const shown = row && fromRow(row);
    if (shown === undefined || !isDeepStrictEqual(shown.group, group)) {
      throw differs(`the row of group ${gid}`, shown?.group, group);
    }
    const at = shown.at === null ? 0 : Date.parse(shown.at);
    const statuses = shown.group.jobs.map((job) => jobInfo(shown.group, job, { at }).status);
    const recorded = group.jobs.map(({ status }) => status);
    if (!isDeepStrictEqual(statuses, recorded)) {
      throw differs(`the jobs of group ${gid}`, statuses, recorded);
    }
    if (recorded.every((status) => status === "null")) this.#rows.delete(gid);
  }

  /** Counts by what the records say, where the view counts facts. */
  #count(before: Group, after: Group): void {
    if (after.pruned !== undefined) return this.#countSummary(before, after.pruned);
    for (const [index, now] of after.jobs.entries()) {
      const was = before.jobs[index];
      if (now === was) continue;
      if (was !== undefined) this.#add(was.status, -1);
      this.#add(now.status, 1);
      if (was === undefined) this.#add(`${now.type} created`, 1);
      if (now.status === "null" && was?.status !== "null") this.#add(`${now.type} lives`, 1);
      this.#addOutcome(now, was);
    }
  }

  /** What is left of the group counts on, but in no status. */
  #countSummary({ jobs }: Group, pruned: Pruned): void {
    for (const { status } of jobs) this.#add(status, -1);
    for (const job of pruned.jobs) {
      const was = jobs.find(({ uid }) => uid === job.uid);
      if (was === undefined) this.#add(`${job.type} created`, 1);
      if (was?.status !== "null") this.#add(`${job.type} lives`, 1);
      if (job.outcome !== null && job.outcome !== was?.outcome) {
        this.#add(`${job.type} ${job.outcome}`, 1);
      }
      this.#add("retries", Math.max(1, job.attempt) - Math.max(1, was?.attempt ?? 1));
    }
  }

  #addOutcome({ type, outcome, attempt }: Job, was: Job | undefined): void {
    if (outcome !== null && outcome !== was?.outcome) this.#add(`${type} ${outcome}`, 1);
    if (attempt > Math.max(1, was?.attempt ?? 0)) this.#add("retries", 1);
  }

  #add(name: string, count: number): void {
    this.#tally.set(name, (this.#tally.get(name) ?? 0) + count);
  }

  #expectStats(): void {
    const { status, types, retries } = statsOf(this.#rows.get(statsKey));
    const shown: readonly (readonly [string, number])[] = [
      ...Object.entries(status),
      ...Object.entries(types).flatMap(([type, { created, lives, outcome }]) =>
        Object.entries({ created, lives, ...outcome }).map(
          ([name, count]) => [`${type} ${name}`, count] as const,
        ),
      ),
      ["retries", retries],
    ];
    const counted = new Map(shown);
    for (const name of new Set([...counted.keys(), ...this.#tally.keys()])) {
      const [found, recorded] = [counted.get(name) ?? 0, this.#tally.get(name) ?? 0];
      if (found !== recorded) throw differs(`the count of ${name}`, found, recorded);
    }
  }
}

/** What a history and a commit both say of a fact. */
function toldOf({ job, uid, kind, from, to, set, pruned }: Fact | HistoryEvent): object {
  return { job: job ?? null, uid: uid ?? null, kind, from, to, set, pruned };
}

/** What a history says of a commit are the commit's own facts. */
function expectHistory(stored: Stored, commit: Commit): void {
  const shown = eventsOf(stored, commit).map(toldOf);
  const recorded = commit.events.map(toldOf);
  if (!isDeepStrictEqual(shown, recorded)) {
    throw differs(`the history of group ${commit.gid}`, shown, recorded);
  }
}

function differs(what: string, shown: unknown, recorded: unknown): Divergence {
  return new Divergence({
    observed: `${what}: ${JSON.stringify(shown)}`,
    expected: [JSON.stringify(recorded)],
    explanation: `${what} is not what the log says: a defect of this program, please report it`,
  });
}
