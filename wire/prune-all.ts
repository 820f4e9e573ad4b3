/**
 * Pruning from the log's beginning to where nothing is old enough any more, slice by slice: a request
 * for all of it at once would take too long to be answered.
 */
import type { Pruned, PruneRequest, PruneSlice } from "../actors/pruner.ts";
import type { Office } from "./office.ts";

/** What is to be pruned. */
export interface Pruning extends Pick<PruneRequest, "endedBy"> {
  /** Only counts. Default false. */
  readonly isDry?: boolean;
}

type Asker = Pick<Office, "prune">;

/** Slice after slice, each as it is done; who leaves early has done the rest no harm. */
export async function* pruneSlices(
  office: Asker,
  { endedBy, isDry = false, by }: Pruning & Pick<PruneRequest, "by">,
): AsyncGenerator<PruneSlice> {
  for (let after: number | null = 0; after !== null;) {
    const slice: PruneSlice = await office.prune({ endedBy, after, isDry, by });
    yield slice;
    after = slice.next;
  }
}

/** All of it; resolves with how much it was. */
export async function pruneAll(
  office: Asker,
  pruning: Pruning & Pick<PruneRequest, "by">,
): Promise<Pruned> {
  let [groups, jobs, since] = [0, 0, Infinity];
  for await (const slice of pruneSlices(office, pruning)) {
    groups += slice.groups;
    jobs += slice.jobs;
    since = Math.min(since, slice.sinceMs ?? Infinity);
  }
  return { groups, jobs, sinceMs: since === Infinity ? null : since };
}
