/**
 * The invariants of standing and of time: why a run ends (S17, S18), its clock (S19), what a job waits
 * for (E2), who is told (F9), and which time limits stand (F10).
 */
import { isDeepStrictEqual } from "node:util";
import { activeMsAt, phaseOf, timersOf, waitingFor } from "../../machines/duty.ts";
import type { Input } from "../../machines/input.ts";
import type { Group, Job } from "../../machines/record.ts";
import { always, alwaysChange, alwaysJob, type Invariant, type Step } from "./invariant.ts";
import { active, needOf, working } from "./need.ts";
import { reasonsFor } from "./reasons.ts";
import { expectedPhase, expectedWait } from "./standing.ts";

const lossesBeforeEnd = 5;

/** A lost worker ends a run that nobody can go on with, or that was to end anyway. */
function endsByLoss(job: Job): boolean {
  const losses = job.losses + (active.includes(job.status) ? 1 : 0);
  return job.cancel === "force" || job.shape.recover === "fail" || losses >= lossesBeforeEnd;
}

function textOfLoss(job: Job): string | null {
  const losses = job.losses + (active.includes(job.status) ? 1 : 0);
  if (job.error !== null) return job.error;
  if (job.cancelledBy !== null) return job.cancelText;
  if (job.shape.recover === "fail") return "Worker lost";
  if (losses < lossesBeforeEnd) return job.cancelText;
  return `Worker lost ${lossesBeforeEnd} times in a row without a new checkpoint`;
}

function activeMsBy({ activeSince, activeMs }: Job, at: number): number {
  return activeSince !== null && at > activeSince ? activeMs + at - activeSince : activeMs;
}

function touchedIn({ decision }: Step, { uid }: Job): boolean {
  return decision.events.some((fact) => fact.uid === undefined || fact.uid === uid);
}

export const standingInvariants: readonly Invariant[] = [
  alwaysChange(
    "S17 a run ends by its worker's word; without a worker, when it is cancelled or beyond recovery",
    ({ fact, before, input, after }) => {
      if (!active.includes(before.status) || fact.to !== "aborting") return true;
      const isAsked = "uid" in input && input.uid === after.uid;
      if (isAsked && (input.verb === "finished" || input.verb === "failed")) return true;
      return before.claim === null && (before.cancel === "force" || input.verb === "lost");
    },
  ),

  always("S18 a lost worker changes no status, but for a run that is then at its end", (step) => {
    const { before, input, decision } = step;
    if (input.verb !== "lost" || decision.refusal !== undefined) return true;
    const was = before.jobs.find(({ uid }) => uid === input.uid);
    const now = decision.next.jobs.find(({ uid }) => uid === input.uid);
    if (was === undefined || now === undefined) return false;
    if (!working.includes(was.status) || !endsByLoss(was)) return now.status === was.status;
    return !working.includes(now.status) && now.error === textOfLoss(was);
  }),

  alwaysChange(
    "S19 the clock of a job runs while it is running or ready, and stands otherwise",
    ({ before, after, input: { at } }) => {
      const [ran, runs] = [active.includes(before.status), active.includes(after.status)];
      const since = runs && !ran ? at : before.activeSince;
      const passedMs = ran && !runs ? Math.max(0, at - (before.activeSince ?? at)) : 0;
      return (
        after.activeSince === (runs ? since : null) && after.activeMs === before.activeMs + passedMs
      );
    },
  ),

  always("E2 a job at rest says what it waits for, and each how it stands", (step) => {
    const { input, decision } = step;
    if (decision.events.length === 0) return true;
    const { next } = decision;
    const moments = next.jobs.flatMap(({ notBefore, retryAt }) => [notBefore ?? 0, retryAt ?? 0]);
    return [...new Set([-1, input.at, ...moments])].every((at) =>
      next.jobs.every((job) => {
        const wait = waitingFor(job, next, at);
        const isAtRest = job.claim === null && job.status !== "null";
        if (wait === null && isAtRest) return false;
        if (activeMsAt(job, at) !== activeMsBy(job, at)) return false;
        if (phaseOf(job, at) !== expectedPhase(job, at)) return false;
        return isDeepStrictEqual(wait, expectedWait(job, next, at));
      }),
    );
  }),

  always("F9 who must act is told: workers of an offer, holders of a change", (step) => {
    const { before, decision } = step;
    const expected = decision.next.jobs.flatMap((job, index) => {
      if (!touchedIn(step, job)) return [];
      const need = needOf(job);
      const session = (job.claim ?? before.jobs[index]?.claim)?.session;
      const { uid, type, shape, epoch } = job;
      const { host, require, priority } = need ?? {};
      const bound = {
        ...(host === undefined ? {} : { host }),
        ...(require === undefined ? {} : { require }),
        ...(priority === undefined ? {} : { priority }),
      };
      return [
        ...(need === undefined
          ? []
          : [{ do: "offer", offer: { uid, type, shape, epoch, at: need.dueAt, ...bound } }]),
        ...(session === undefined ? [] : [{ do: "poke", session, uid }]),
      ];
    });
    return isDeepStrictEqual(decision.effects, expected);
  }),

  alwaysJob("F10 a time limit stands as long as it can end the job", (job, group) => {
    if (job.deadline === null && job.timeoutMs === null) return timersOf(job).length === 0;
    const limits = (["deadline", "timeout"] as const).flatMap((timer) => {
      const dueAt = limitAt(job, timer);
      return dueAt !== null && wouldEnd(group, job, timer, dueAt)
        ? [{ uid: job.uid, timer, dueAt }]
        : [];
    });
    return isDeepStrictEqual(timersOf(job), limits);
  }),
];

function limitAt(job: Job, timer: "deadline" | "timeout"): number | null {
  const { deadline, timeoutMs, activeSince, activeMs } = job;
  if (timer === "deadline") return deadline;
  if (timeoutMs === null || activeSince === null) return null;
  return activeMs > timeoutMs ? activeSince : activeSince + timeoutMs - activeMs;
}

function wouldEnd(group: Group, job: Job, timer: "deadline" | "timeout", at: number): boolean {
  const input = { id: "", by: "", at, verb: "timer", uid: job.uid, timer } as const satisfies Input;
  return reasonsFor({ ...group, jobs: [job] }, input).every(([, isSo]) => isSo);
}
