/** The invariants of asking and answering: V1 to V4. */
import { isDeepStrictEqual } from "node:util";
import type { Input } from "../machines/input.ts";
import type { Job } from "../machines/record.ts";
import { admits, isVerb, legalVerbs } from "../machines/status.ts";
import { always, type Invariant, type Step } from "./invariant.ts";

/** What must be so, beside the table, when a verb is accepted: said again, in other words. */
function mayBe(input: Input, { userPaused, cancel, shape, ...job }: Job): boolean {
  switch (input.verb) {
    case "start":
      return job.held;
    case "pause":
      return !userPaused;
    case "resume":
      return userPaused;
    case "cancel":
      return job.decision !== "commit" && !(input.soft === true && userPaused);
    case "complete":
      return cancel === "no" && shape.can.includes("ready");
    case "finalize":
      return !job.finalizing && job.decision === "none";
    case "set-speed":
      return input.speed >= 0;
    case "change":
      return shape.can.includes("change");
    case "abandon":
      return job.decision !== "none" && (job.stuck !== null || job.claim === null);
    default:
      return true;
  }
}

function asked({ before, input }: Step): Job | undefined {
  return "uid" in input ? before.jobs.find(({ uid }) => uid === input.uid) : undefined;
}

const namedGuards: Readonly<Record<string, readonly string[]>> = {
  start: ["held"],
  pause: ["not-paused"],
  resume: ["user-paused"],
  cancel: ["not-paused-or-force", "uncommitted"],
  complete: ["not-cancelled", "completable"],
  finalize: ["not-finalizing"],
  dismiss: [],
  "set-speed": ["speed"],
  change: ["changeable"],
  abandon: ["decided", "stuck"],
};

export const verbInvariants: readonly Invariant[] = [
  always("V1 a verb is accepted only where the table and its guard allow it", (step) => {
    const { input, decision } = step;
    if (!isVerb(input.verb) || decision.refusal !== undefined) return true;
    const job = asked(step);
    return job !== undefined && admits(job.status, input.verb) && mayBe(input, job);
  }),

  always("V2 a refusal leaves all as it was and names status, verb, guard, legal verbs", (step) => {
    const { before, input, decision } = step;
    const { refusal, events, next, effects } = decision;
    if (refusal === undefined || input.verb === "create") return true;
    const job = asked(step);
    const isNamed =
      job === undefined || job.status === "null"
        ? refusal.status === undefined
        : refusal.status === job.status && isDeepStrictEqual(refusal.legal, legalVerbs(job.status));
    const isUntouched = events.length + effects.length === 0 && isDeepStrictEqual(next, before);
    return isUntouched && isNamed && refusal.verb === input.verb && refusal.guard !== "";
  }),

  always("V3 a verb that the table admits is refused only by a guard of its own", (step) => {
    const { input, decision } = step;
    const job = asked(step);
    if (job === undefined || !isVerb(input.verb) || decision.refusal === undefined) return true;
    const { guard } = decision.refusal;
    if (!admits(job.status, input.verb)) return true;
    return namedGuards[input.verb]?.includes(guard) === true && !mayBe(input, job);
  }),

  always("V4 a job id is used again only after null (here: within a group)", ({ decision }) => {
    const ids = decision.next.jobs.filter(({ status }) => status !== "null").map(({ id }) => id);
    return new Set(ids).size === ids.length;
  }),
];
