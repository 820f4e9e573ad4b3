/**
 * The check of the log: every group from its first commit. Its commits must be dense and chained,
 * every status change must be a legal one from where the job stood, and all must fold into a record.
 */
import { BusError } from "../../bus/bus-error.ts";
import type { Bus } from "../../bus/bus.ts";
import { CommitError, type Commit } from "../../machines/commit.ts";
import { Ledger } from "../../machines/ledger.ts";
import type { Group } from "../../machines/record.ts";
import { mayFollow } from "../../machines/status.ts";
import { counted, grouped } from "../units.ts";
import type { Finding } from "./finding.ts";

const longAgoMs = 30 * 86_400_000;

export interface LogCheck {
  readonly commits: number;
  readonly groups: number;
  readonly jobs: number;
  /** Groups of which a summary is left; their jobs are not counted. */
  readonly pruned: number;
  readonly findings: readonly Finding[];
  /** What the log says of the groups that have a job which is not dismissed. */
  readonly open: readonly Group[];
}

/** `nowMs`: what is long ago is so from there. */
export async function checkLog(
  { log }: Pick<Bus, "log">,
  nowMs: number,
  manyGroups = 100_000,
): Promise<LogCheck> {
  const gids = new Set<string>();
  const findings: Finding[] = [];
  try {
    for await (const batch of log.readAll()) for (const { gid } of batch) gids.add(gid);
  } catch (error) {
    findings.push(unreadable("the log", error));
  }
  const open: Group[] = [];
  let [commits, jobs, pruned, old] = [0, 0, 0, 0];
  for (const gid of gids) {
    const ledger = new Ledger(gid);
    let where = `group ${gid}`;
    try {
      for (const { position, text } of await log.read(gid)) {
        where = `group ${gid} at position ${position}`;
        const before = ledger.group;
        const illegal = illegalIn(before, ledger.read(text));
        findings.push(...illegal.map((what) => illegalChange(where, what)));
        commits += 1;
      }
    } catch (error) {
      findings.push(unreadable(where, error));
    }
    jobs += ledger.group.jobs.length;
    if (ledger.group.pruned !== undefined) pruned += 1;
    if (endedBy(ledger.group, nowMs - longAgoMs)) old += 1;
    if (ledger.group.jobs.some(({ status }) => status !== "null")) open.push(ledger.group);
  }
  if (gids.size >= manyGroups && old > 0) findings.push(crowded(gids.size, old));
  return { commits, groups: gids.size, jobs, pruned, findings, open };
}

function endedBy({ jobs }: Group, timeMs: number): boolean {
  const isOver = jobs.every(({ status, endedAt }) => status === "null" && (endedAt ?? 0) <= timeMs);
  return jobs.length > 0 && isOver;
}

function crowded(groups: number, old: number): Finding {
  return {
    level: "advice",
    about: "the history",
    text: `${counted(groups, "group")}, of which ${grouped(old)} ended more than 30 days ago`,
    advice:
      "'jobchart prune --older 30d' leaves a line of each of them; a node does so: serve --retain",
  };
}

/** The status changes of a commit that the table does not know, or that begin elsewhere. */
function illegalIn(before: Group, commit: Commit): readonly string[] {
  const stood = new Map(before.jobs.map(({ uid, status }) => [uid, status]));
  return commit.events.flatMap(({ job, uid = "", from, to }) => {
    if (from === undefined || to === undefined) return [];
    const expected = stood.get(uid) ?? "undefined";
    stood.set(uid, to);
    const change = `job ${job}: ${from} -> ${to}`;
    if (from !== expected) return [`${change}, but it was ${expected}`];
    return mayFollow(from, to) ? [] : [change];
  });
}

function illegalChange(about: string, what: string): Finding {
  return {
    level: "corrupt",
    about,
    text: `illegal change: ${what}`,
    advice: "no release writes this: keep a copy of the file and report it",
  };
}

function unreadable(about: string, error: unknown): Finding {
  const isOfLog = error instanceof CommitError || error instanceof BusError;
  if (!isOfLog || (error.code !== "corrupt" && error.code !== "newer")) throw error;
  const isNewer = error.code === "newer";
  return {
    level: isNewer ? "problem" : "corrupt",
    about,
    text: error.message,
    advice: isNewer
      ? "read it with the newer release"
      : "stop what uses the bus, keep a copy, and go on with a backup",
  };
}
