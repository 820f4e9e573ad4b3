/**
 * Groups: one group as people see it, its members in order of creation. It is a reading of the
 * group's record, whose fold is group-row.ts; nothing is counted twice.
 */
import { stageOf, type Stage } from "../machines/group.ts";
import type { Job, Outcome } from "../machines/record.ts";
import type { Status } from "../machines/status.ts";
import type { GroupRow } from "./group-row.ts";
import { isoOf, isoOrNull } from "./iso-time.ts";

export interface GroupInfo {
  readonly gid: string;
  readonly name: string | null;
  readonly completion: "grouped" | "individual";
  readonly members: readonly MemberInfo[];
  readonly "created-at": string;
  /** When the last member ended; null while one has not. */
  readonly "ended-at": string | null;
  /** As JobInfo's. */
  readonly newer?: string;
}

interface MemberInfo {
  readonly id: string;
  readonly uid: string;
  readonly type: string;
  readonly status: Status;
  /** Where in the two-phase commit the members that finish together are. */
  readonly stage: Stage;
  readonly decision: "none" | "commit" | "abort";
  readonly outcome: Outcome | null;
}

/** The group of a row; undefined when it has no members, being fenced off or not yet readable. */
export function groupInfo({ group: { gid, jobs }, newer }: GroupRow): GroupInfo | undefined {
  const [first] = jobs;
  if (first === undefined) return undefined;
  const { group: name, completion, createdAt } = first;
  return {
    gid,
    name,
    completion,
    members: jobs.map((job) => memberInfo(job, completion === "grouped" ? jobs : [job])),
    "created-at": isoOf(createdAt),
    "ended-at": isoOrNull(endOf(jobs)),
    ...(newer === null ? {} : { newer }),
  };
}

function memberInfo(job: Job, together: readonly Job[]): MemberInfo {
  const { id, uid, type, status, decision, outcome } = job;
  return { id, uid, type, status, stage: stageOf(together), decision, outcome };
}

function endOf(jobs: readonly Job[]): number | null {
  const ends = jobs.map(({ endedAt }) => endedAt).filter((endedAt) => endedAt !== null);
  return ends.length === jobs.length ? Math.max(...ends) : null;
}
