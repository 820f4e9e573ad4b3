/**
 * The one port through which everything is asked. Local: load, decide and append in this process
 * (desk.ts). Remote: a request to a node of the fleet. Who asks need not know which.
 */
import type { Input } from "../machines/input.ts";
import type { Claim, Group, Job } from "../machines/record.ts";
import type { Refusal } from "../machines/refusal.ts";

/** Accepted: a commit of the group holds it, or held it when it was first asked. */
export interface Accepted {
  readonly gid: string;
  readonly rev: number;
  /** The commit's place in the whole log. */
  readonly position: number;
  /** The group as that commit left it; from afar perhaps only the members that were asked about. */
  readonly group: Group;
}

export type Reply = Accepted | Refusal;

/** What must hold of the record for a request to be heard at all; it is not part of the request. */
export interface Conditions {
  /** The worker and its session that say it: another's claim is not theirs to report on. */
  readonly holder?: Pick<Claim, "worker" | "session">;
  /** The group's last rev, as the asker knows it. */
  readonly rev?: number;
}

export interface Commands {
  /**
   * Asks. The same id again gets the first reply again; with another body it is refused. A
   * refused request leaves nothing and is decided anew when asked again.
   *
   * Fails with BusError `unavailable` when the outcome is unknown: ask again with the same id.
   */
  ask(input: Input, conditions?: Conditions): Promise<Reply>;
  /**
   * The group as it stands in the log now; without jobs when there is none. Who names a `uid` needs
   * that member only, and from afar gets no other.
   */
  look(gid: string, uid?: string): Promise<Group>;
}

export function isRefusal(reply: Reply): reply is Refusal {
  return "refused" in reply;
}

/** The member of a group with that uid. */
export function memberOf(group: Group, uid: string): Job | undefined {
  return group.jobs.find((job) => job.uid === uid);
}

/** Whether that session of that worker holds the job. */
export function isHeldBy(
  { claim }: Job,
  { worker, session }: Pick<Claim, "worker" | "session">,
): boolean {
  return claim?.session === session && claim.worker === worker;
}
