/**
 * One batch of the log folded into the rows that it touches: a row a group, and one row of stats.
 * Pure: rows in, rows out. Commits that a row already holds are passed over, for another process
 * may have been faster.
 */
import type { Row, Stored } from "../bus/bus.ts";
import { canonical } from "../machines/json.ts";
import { emptyRow, fromRow, readOn, toRow, type GroupRow } from "./group-row.ts";
import { foldStats, noStats, type Stats, type Step } from "./stats.ts";

/** No gid: those begin with a letter. */
export const statsKey = "#stats";

/** The keys of the rows that `foldBatch` needs. */
export function keysOf(batch: readonly Stored[]): readonly string[] {
  return [statsKey, ...new Set(batch.map(({ gid }) => gid))];
}

/** The rows after the batch. Fails with CommitError `corrupt` at a gap or a broken chain. */
export function foldBatch(rows: readonly Row[], batch: readonly Stored[]): readonly Row[] {
  const groups = new Map<string, GroupRow>();
  for (const row of rows) if (row.key !== statsKey) groups.set(row.key, fromRow(row));
  const touched = new Set<string>();
  const steps: Step[] = [];

  for (const stored of batch) {
    const { gid, position } = stored;
    const before = groups.get(gid);
    if (before !== undefined && position <= before.last) continue;
    const known = before ?? emptyRow(gid, position);
    const { row, commit } = readOn(known, stored);
    groups.set(gid, row);
    touched.add(gid);
    if (commit) steps.push({ commit, before: known, group: row.group });
  }
  const changed = [...touched].map((gid) => groups.get(gid)).filter((row) => row !== undefined);
  const stats = statsOf(rows.find(({ key }) => key === statsKey));
  return [...changed.map(toRow), statsRow(foldStats(stats, steps))];
}

export function statsOf(row: Row | undefined): Stats {
  return row === undefined ? noStats : (JSON.parse(row.text) as Stats);
}

function statsRow(stats: Stats): Row {
  return { key: statsKey, order: 0, tags: [], text: canonical(stats) };
}
