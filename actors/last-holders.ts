/**
 * Last holders: of a whole log, which job is to have each id and resource. A name has had many
 * holders; it is the last one's, and nobody else is asked for.
 */
import type { Draft } from "../machines/input.ts";
import { blankJob, type Group, type Job, type PrunedJob } from "../machines/record.ts";
import { holdsResources } from "../machines/resources.ts";

/** What the jobs of one group are to have, as names look at it. */
export interface Claims {
  readonly gid: string;
  readonly drafts: readonly Draft[];
}

/** The claims of the groups that have any; `groups` in the order of their creation. */
export function lastHolders(groups: readonly Group[]): readonly Claims[] {
  const holders = new Map<string, string>();
  const since = new Map<string, number>();
  for (const { jobs } of groups) {
    for (const { id, uid, createdAt } of jobs) {
      holders.set(id, uid);
      since.set(id, createdAt);
    }
  }
  // A summary stands where its group was pruned, not where it began.
  for (const { id, uid, createdAt } of groups.flatMap(({ pruned }) => pruned?.jobs ?? [])) {
    if (createdAt <= (since.get(id) ?? 0)) continue;
    holders.set(id, uid);
    since.set(id, createdAt);
  }
  const isLast = ({ id, uid }: Job): boolean => holders.get(id) === uid;
  return groups.flatMap(({ gid, jobs, pruned }) => {
    const gone = (pruned?.jobs ?? []).map(recordOf);
    const drafts = [...jobs, ...gone].map((job) => claimant(job, isLast(job)));
    const isAny = drafts.some(({ id, uid, resources = [] }) => id !== uid || resources.length > 0);
    return isAny ? [{ gid, drafts }] : [];
  });
}

/** The record of a pruned job, as far as there is any. */
function recordOf(job: PrunedJob): Job {
  return { ...blankJob, ...job, status: "null" };
}

function claimant(job: Job, hasId: boolean): Draft {
  const { id, uid, type, args, shape } = job;
  const resources = holdsResources(job) ? job.resources : [];
  return { uid, type, args, shape, id: hasId ? id : uid, resources };
}
