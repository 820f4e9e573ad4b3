/** The invariants of jobs that finish together: G1 to G11. */
import type { Group, Job } from "../../machines/record.ts";
import { isEnded, isWorking } from "../../machines/status.ts";
import { stepOf } from "../../machines/duty.ts";
import {
  always,
  alwaysChange,
  alwaysJob,
  alwaysParty,
  partiesOf,
  type Invariant,
} from "./invariant.ts";

function uidsOf({ jobs }: Group): string {
  return jobs.map(({ uid }) => uid).join();
}

function canPrepare({ shape }: Job): boolean {
  return shape.can.includes("prepare");
}

/** Refused while the group was being created: it was never a member of anything. */
function isStillborn(job: Job): boolean {
  return job.status === "null" && job.outcome === null;
}

/** It has failed, or its success is ruled out. */
function isLost(job: Job): boolean {
  if (isStillborn(job)) return false;
  return job.status === "aborting" || job.cancel === "force" || job.error !== null;
}

export const groupInvariants: readonly Invariant[] = [
  always("G1 membership is fixed by the creation", ({ before, decision: { next } }) => {
    if (before.jobs.length === 0 || next.pruned !== undefined) return true;
    return uidsOf(before) === uidsOf(next);
  }),

  alwaysChange(
    "G2 all members become pending in one commit, when every one is waiting",
    (change) => {
      const { fact, group, after } = change;
      if (fact.to !== "pending") return true;
      const party =
        partiesOf(group).find((jobs) => jobs.some(({ uid }) => uid === after.uid)) ?? [];
      const late = change.next.jobs.filter(
        ({ status }) => isWorking(status) || status === "waiting",
      );
      const isReady = party.every(({ status }) => status === "waiting" || status === "pending");
      return isReady && !party.some(({ uid }) => late.some((job) => job.uid === uid));
    },
  ),

  alwaysParty("G3 never does one member succeed and another not", (party) => {
    const outcomes = party.map(({ outcome }) => outcome).filter((outcome) => outcome !== null);
    const successes = outcomes.filter((outcome) => outcome === "success");
    return successes.length === 0 || successes.length === outcomes.length;
  }),

  alwaysChange(
    "G4 commit is decided on a vote of each member's current epoch",
    ({ before, after }) =>
      before.decision === after.decision ||
      after.decision !== "commit" ||
      !canPrepare(before) ||
      (before.vote === before.epoch && before.claim !== null),
  ),

  alwaysChange("G5 the decision is written once, and what is done is of its kind", (change) => {
    const { fact, before, after } = change;
    if (before.decision !== "none" && after.decision !== before.decision) return false;
    if (fact.kind === "acked" && before.decision === "none") return false;
    const step = stepOf(after);
    return (
      (step !== "commit" || after.decision === "commit") &&
      (step !== "abort" || after.decision !== "commit")
    );
  }),

  always(
    "G6 after commit is decided nothing is cancelled or aborted, after abort none commits",
    (step) =>
      step.before.jobs.every((was, index) => {
        const now = step.decision.next.jobs[index];
        if (now === undefined) return step.decision.next.pruned !== undefined;
        if (was.decision === "commit")
          return now.status !== "aborting" && now.cancel === was.cancel;
        return was.decision !== "abort" || now.outcome !== "success";
      }),
  ),

  alwaysParty(
    "G7 a member that failed or is force-cancelled has the group abort",
    (party) => !party.some(isLost) || party.every(({ decision }) => decision === "abort"),
  ),

  alwaysJob("G8 an abort reaches every member, whatever its status", (job) => {
    if (job.decision !== "abort" || isEnded(job.status) || job.status === "aborting") return true;
    return isWorking(job.status) && job.cancel === "force" && job.claim !== null;
  }),

  alwaysChange(
    "G9 prepare succeeds at most once an epoch, while pending and all is well; a new epoch voids it",
    ({ before, after }) => {
      if (after.decision === "none" && after.vote !== null) {
        if (after.claim === null || after.vote !== after.epoch) return false;
      }
      if (before.vote === after.vote || after.vote === null) return true;
      return (
        before.vote === null &&
        before.status === "pending" &&
        before.finalizing &&
        before.decision === "none"
      );
    },
  ),

  alwaysParty(
    "G10 a group finalizes itself iff all are automatic, else when asked, once",
    (party, step) => {
      const { before, input, decision } = step;
      const [first] = party;
      const was = before.jobs.find(({ uid }) => uid === first?.uid)?.finalizing ?? false;
      const isAuto = party.every(({ autoFinalize }) => autoFinalize);
      const isIdle =
        party.every(({ status }) => status === "pending") && first?.finalizing === false;
      const asks =
        input.verb === "finalize" &&
        decision.refusal === undefined &&
        party.some(({ uid }) => uid === input.uid);
      if (asks && was) return false;
      if (first === undefined || first.finalizing === was) return !asks && !(isAuto && isIdle);
      return isAuto !== asks;
    },
  ),

  alwaysParty("G11 an abort has a root cause, and the others point at it", (party, step) => {
    const aborted = party.filter((job) => job.decision === "abort" && !isStillborn(job));
    if (aborted.length === 0) return true;
    const all = step.decision.next.jobs;
    return (
      aborted.every(({ uid, cancelledBy, cancel, cancelText }) => {
        const root = all.find((job) => job.uid === (cancelledBy ?? uid));
        const isRoot = root?.cancelledBy === null && (isStillborn(root) || isLost(root));
        const was = step.before.jobs.find((job) => job.uid === uid)?.cancelledBy ?? null;
        const isTold = cancel === "force" && (was !== null || cancelText === "Operation canceled");
        return isRoot && (cancelledBy === null || isTold);
      }) && rootsOf(aborted) <= 1
    );
  }),
];

/** A group of which two members are each their own cause was aborted twice. */
function rootsOf(aborted: readonly Job[]): number {
  return aborted.filter(({ cancelledBy }) => cancelledBy === null).length;
}
