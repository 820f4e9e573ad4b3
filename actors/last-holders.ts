/**
 * Last holders: of a whole log, which job is to have each id and resource. A name has had many
 * holders; it is the last one's, and nobody else is asked for.
 */
import type { Draft } from "../machines/input.ts";
import type { Group, Job } from "../machines/record.ts";
import { isEnded } from "../machines/status.ts";

/** What the jobs of one group are to have, as names look at it. */
export interface Claims {
  readonly gid: string;
  readonly drafts: readonly Draft[];
}

/** The claims of the groups that have any; `groups` in the order of their creation. */
export function lastHolders(groups: readonly Group[]): readonly Claims[] {
  const holders = new Map<string, string>();
  for (const { jobs } of groups) for (const { id, uid } of jobs) holders.set(id, uid);
  const isLast = ({ id, uid }: Job): boolean => holders.get(id) === uid;
  return groups.flatMap(({ gid, jobs }) => {
    const drafts = jobs.map((job) => claimant(job, isLast(job)));
    const isAny = drafts.some(({ id, uid, resources = [] }) => id !== uid || resources.length > 0);
    return isAny ? [{ gid, drafts }] : [];
  });
}

function claimant({ id, uid, type, args, shape, resources, status }: Job, hasId: boolean): Draft {
  const claims = { id: hasId ? id : uid, resources: isEnded(status) ? [] : resources };
  return { uid, type, args, shape, ...claims };
}
