/**
 * Rest: once nothing fails any more, every job must end, or wait for something that only a user
 * can do and that has a name (E2); no time limit is over (F10) and no pause unheard (E7) then. And
 * when the users do it, all jobs end (E3, E5, E9).
 */
import { offerOf, phaseOf, timersOf, waitingFor, type Offer } from "../../machines/duty.ts";
import type { Group, Job } from "../../machines/record.ts";
import { isParked, isWorking, type Verb } from "../../machines/status.ts";

const external: ReadonlySet<string> = new Set([
  "start",
  "resume",
  "complete",
  "finalize",
  "dismiss",
]);

/**
 * Why the group is not at rest, job by job; empty when it is. `isTaken` says whether there is a
 * worker left that has a slot for the offer: one whose slots are full of jobs that wait for their
 * users has none. Who waits for a member that is excused is excused too.
 */
export function unrest(
  group: Group,
  atMs: number,
  isTaken: (offer: Offer) => boolean,
): readonly string[] {
  const reasons = new Map(group.jobs.map((job) => [job.id, reasonOf(job, group, atMs)]));
  const undone = group.jobs.flatMap((job) => {
    const what = undoneOf(job, atMs);
    return what === undefined ? [] : [`${what}: ${describe(job, atMs)}`];
  });
  const waiting = group.jobs.filter((job) => {
    const offer = offerOf(job);
    const hasNoSlot = offer !== undefined && offer.at <= atMs && !isTaken(offer);
    return hasNoSlot || external.has(reasons.get(job.id) ?? "");
  });
  const excused = new Set(waiting.map(({ id }) => id));
  const restless = group.jobs
    .filter((job) => {
      if (job.status === "null" || excused.has(job.id)) return false;
      const waits = waitingFor(job, group, atMs);
      const others = waits?.what === "members" ? (waits.jobs ?? []) : [];
      return !others.some((id) => excused.has(id));
    })
    .map((job) => `E2 ${describe(job, atMs)} waits for ${reasons.get(job.id) ?? "nothing"}`);
  return [...undone, ...restless];
}

/** What somebody should have done about the job, whatever it says that it waits for. */
function undoneOf(job: Job, atMs: number): string | undefined {
  const over = timersOf(job).find(({ dueAt }) => dueAt <= atMs);
  if (over !== undefined) return `F10 its ${over.timer} is over`;
  const isDeaf = job.userPaused && job.cancel !== "force" && !isParked(job.status);
  return isDeaf && isWorking(job.status) && job.claim !== null ? "E7 it does not pause" : undefined;
}

function reasonOf(job: Job, group: Group, atMs: number): string | undefined {
  return waitingFor(job, group, atMs)?.what;
}

function describe(job: Job, atMs: number): string {
  return `${job.id} (${job.uid} ${job.status}, ${phaseOf(job, atMs)}, epoch ${job.epoch})`;
}

const cures: Readonly<Partial<Record<string, Verb>>> = {
  start: "start",
  resume: "resume",
  complete: "complete",
  finalize: "finalize",
  dismiss: "dismiss",
};

/** What a patient user asks of the job next; undefined when it waits for no user. */
export function cureOf(job: Job, group: Group, atMs: number): Verb | undefined {
  return cures[reasonOf(job, group, atMs) ?? ""];
}
