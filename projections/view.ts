/**
 * The view: what can be asked about jobs and groups. jobs.ts answers in this process; afar, a node
 * is asked. Every answer sees all that was appended before the question.
 */
import type { Position } from "../bus/bus.ts";
import type { Status } from "../machines/status.ts";
import type { Moment } from "./as-of.ts";
import type { GroupInfo } from "./groups.ts";
import type { JobInfo } from "./job-info.ts";
import type { Stats } from "./stats.ts";

export interface JobFilter {
  /** Dismissed jobs too. */
  readonly all?: boolean;
  readonly status?: Status;
  readonly type?: string;
  /** A job must carry all of them. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Every question fails with an error of code `corrupt` when the log cannot be trusted. */
export interface View {
  /** Catches up with the log; resolves with the position that every answer is of, or later. */
  catchUp(): Promise<Position>;
  /** The jobs that are not dismissed, newest first, or those that the filter asks for. */
  jobs(filter?: JobFilter): Promise<readonly JobInfo[]>;
  /** The incarnations of a job id, the current one first. */
  byId(id: string): Promise<readonly JobInfo[]>;
  byUid(uid: string): Promise<JobInfo | undefined>;
  /**
   * The jobs that ended at the time (milliseconds since 1970) or later, the last to end first;
   * dismissed ones too.
   */
  endedSince(timeMs: number): Promise<readonly JobInfo[]>;
  /** The groups with a member that is not dismissed, newest first; with `all`, every group. */
  groups(options?: { readonly all?: boolean }): Promise<readonly GroupInfo[]>;
  group(gid: string): Promise<GroupInfo | undefined>;
  stats(): Promise<Stats>;
  /** The view as it was at a moment. It stays as it is. */
  asOf(moment: Moment): Promise<View>;
}
