/** The invariants of one job's life: S1 to S16. */
import type { ErrorPolicy, Job } from "../../machines/record.ts";
import { isEnded, isParked, mayFollow, statuses, transitions } from "../../machines/status.ts";
import { always, alwaysChange, alwaysJob, type Change, type Invariant } from "./invariant.ts";

const begun = new Set(["created", "running", "paused", "ready", "standby"]);
const finishing = new Set(["waiting", "pending", "aborting", "concluded", "null"]);
const stopsWithoutSpace: ReadonlySet<ErrorPolicy> = new Set(["enospc", "auto"]);

function enters({ fact, after }: Change, ...statuses: readonly string[]): boolean {
  return fact.to !== undefined && statuses.includes(after.status);
}

function isNow(job: Job, ...statuses: readonly string[]): boolean {
  return statuses.includes(job.status);
}

export const jobInvariants: readonly Invariant[] = [
  alwaysChange("S1 every recorded change of status is in the table, and is a change", (change) => {
    const { fact, before } = change;
    const { from, to } = fact;
    if (to === undefined) {
      const isReevaluated = before.status !== "aborting" || mayFollow("aborting", "aborting");
      return from === undefined && change.after.status === before.status && isReevaluated;
    }
    if (from !== before.status || from === to) return false;
    const row = statuses.filter((status) => mayFollow(from, status));
    return row.includes(to) && row.length === transitions[from].length;
  }),

  alwaysChange(
    "S2 a life begins with created, once, and nothing of its own follows null",
    ({ fact, before }) =>
      (before.status === "undefined") === (fact.to === "created") &&
      (before.status !== "null" || fact.uid === undefined),
  ),

  alwaysChange(
    "S3 once the work is over the job never works again",
    ({ before, after }) => !finishing.has(before.status) || !begun.has(after.status),
  ),

  alwaysChange("S4 paused leaves only to running, standby only to ready", ({ fact, before }) => {
    if (fact.to === undefined || !isParked(before.status)) return true;
    return fact.to === (before.status === "paused" ? "running" : "ready");
  }),

  alwaysJob(
    "S5 ready and standby occur only for kinds declared to become ready",
    (job) => !isNow(job, "ready", "standby") || job.shape.can.includes("ready"),
  ),

  alwaysChange("S6 waiting and pending have no error, aborting has one", (change) => {
    if (enters(change, "waiting", "pending")) return change.after.error === null;
    return !enters(change, "aborting") || change.after.error !== null;
  }),

  alwaysChange(
    "S7 concluded without error iff success, which comes only from pending",
    (change) => {
      if (!enters(change, "concluded")) return true;
      const { before, after } = change;
      const isSuccess = after.outcome === "success";
      const isCancelled = after.outcome === "cancelled";
      return (
        after.outcome !== null &&
        isCancelled === (after.cancel === "force") &&
        isSuccess === (after.error === null) &&
        before.status === (isSuccess ? "pending" : "aborting")
      );
    },
  ),

  alwaysChange(
    "S8 the outcome and the first error are written at most once",
    ({ before, after }) =>
      (before.error === null || after.error === before.error) &&
      (before.outcome === null || after.outcome === before.outcome),
  ),

  alwaysChange(
    "S9 one kind of commit and abort is done, then clean, then nothing; none of a job never claimed",
    ({ fact, before, after, input }) => {
      const { shape, done, epoch, damage, decision } = after;
      const isDue = decision === "commit" ? "committed" : "aborted";
      if (fact.kind === "acked" && input.verb !== "cleaned" && input.verb !== isDue) return false;
      if (done !== before.done && (before.done === "cleaned" || epoch === 0)) return false;
      if (fact.to !== "concluded" || epoch === 0 || damage !== null) return true;
      const act = decision === "commit" ? "commit" : "abort";
      if (shape.can.includes("clean")) return done === "cleaned";
      return done === "acted" || !shape.can.includes(act);
    },
  ),

  alwaysChange("S10 null comes only from concluded, or from created before start", (change) => {
    if (!enters(change, "null")) return true;
    const { before } = change;
    return before.status === "concluded" || (before.status === "created" && before.epoch === 0);
  }),

  alwaysJob(
    "S11 a job never claimed never runs: it is created, or it is gone, in one commit",
    (job) => job.epoch > 0 || (isNow(job, "created", "null") && job.startedAt === null),
  ),

  alwaysChange(
    "S12 paused and standby are entered only with a pause asked for",
    (change) => !enters(change, "paused", "standby") || change.before.userPaused,
  ),

  alwaysChange(
    "S13 the user's pause is opened by pause or policy stop, closed by resume or a cancel",
    ({ before, after, input }) => {
      if (before.userPaused === after.userPaused) return true;
      if (before.userPaused) {
        const isCancelled = after.cancel === "force" && before.cancel !== "force";
        return input.verb === "resume" || input.verb === "cancel" || isCancelled;
      }
      if (input.verb !== "io-error") return input.verb === "pause";
      return before.onError === "stop" || (input.nospace && stopsWithoutSpace.has(before.onError));
    },
  ),

  always("S14 a cancel is never weakened, forced never succeeds, complete is refused", (step) => {
    const { before, input, decision } = step;
    const strength = ["no", "soft", "force"];
    const kept = before.jobs.every((was, index) => {
      const now = decision.next.jobs[index];
      if (now === undefined) return decision.next.pruned !== undefined;
      const isKept = strength.indexOf(now.cancel) >= strength.indexOf(was.cancel);
      return isKept && (now.cancel !== "force" || now.outcome !== "success");
    });
    if (input.verb !== "complete" || decision.refusal !== undefined) return kept;
    const asked = before.jobs.find(({ uid }) => uid === input.uid);
    return kept && asked?.cancel === "no";
  }),

  alwaysChange(
    "S15 progress never goes back within an epoch, nor moves by itself while parked",
    ({ fact, before, after, input }) => {
      const { current } = after.progress;
      const isSame = current === before.progress.current;
      if (isSame) return true;
      if (fact.kind === "claimed") return after.cursor !== before.cursor || after.cursor === null;
      if (isParked(before.status) && input.verb === "progress") return false;
      return current > before.progress.current && !isEnded(before.status);
    },
  ),

  always("S16 set-speed changes no status, and the last speed accepted is the speed", (step) => {
    const { before, input, decision } = step;
    const isSet = input.verb === "set-speed" && decision.refusal === undefined;
    if (isSet && decision.events.some(({ to }) => to !== undefined)) return false;
    return before.jobs.every((was, index) => {
      const now = decision.next.jobs[index];
      if (now === undefined) return decision.next.pruned !== undefined;
      const isAsked = isSet && was.uid === input.uid;
      return now.speed === (isAsked ? input.speed : was.speed);
    });
  }),
];
