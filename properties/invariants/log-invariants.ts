/**
 * The invariants of the log (L2, L3, L6, L8) and of fencing (F4 to F8), as far as they are the
 * lifecycle's own. The bus and the actors hold the others: see elsewhere.ts.
 */
import { isDeepStrictEqual } from "node:util";
import { evolve } from "../../machines/evolve.ts";
import type { JobPatch } from "../../machines/fact.ts";
import type { Group, Job, PrunedJob } from "../../machines/record.ts";
import { always, alwaysChange, type Invariant, type Step } from "./invariant.ts";

function throughText<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function askedOf({ before, input }: Step): Job | undefined {
  return "uid" in input ? before.jobs.find(({ uid }) => uid === input.uid) : undefined;
}

/** Whether the input is of an epoch that is not the job's current one. */
function isStale(step: Step): boolean {
  const { input } = step;
  if (!("epoch" in input) || input.verb === "claimed") return false;
  const job = askedOf(step);
  return job === undefined || job.claim === null || job.epoch !== input.epoch;
}

/** Fields that a fact may set to what they are: said again, begun again, or time that stood still. */
const repeatable: ReadonlySet<string> = new Set(
  ["speed", "changed", "note", "cancel", "ioStatus", "stuck", "losses", "activeMs"].concat([
    "error lastError",
    "error userPaused",
    "claimed cursor",
    "claimed progress",
  ]),
);

const reports = new Set(
  ["progress", "paused", "resumed", "ready", "finished", "failed", "prepared", "committed"].concat([
    "aborted",
    "cleaned",
    "released",
    "io-error",
    "lost",
    "claimed",
  ]),
);

/** How a job that is gone came to its end, if it did. */
function endOf(job: Job): PrunedJob | undefined {
  if (job.status !== "null") return undefined;
  const { id, uid, type, outcome, attempt, activeMs, createdAt, endedAt } = job;
  const end = { id, uid, type, outcome, attempt, activeMs, createdAt, endedAt };
  if (outcome === "success" || job.error === null) return end;
  return { ...end, error: job.error.substring(0, 160) };
}

export const logInvariants: readonly Invariant[] = [
  always("L2 the facts folded are the state decided", ({ before, decision }) =>
    isDeepStrictEqual(decision.events.reduce(evolve, before), decision.next),
  ),

  always("L3 the facts folded onto a snapshot, both read from text, are it too", (step) => {
    const { before, decision } = step;
    const snapshot: Group = throughText(before);
    const next = throughText(decision.events).reduce(evolve, snapshot);
    return isDeepStrictEqual(next, decision.next);
  }),

  alwaysChange(
    "L6 a job has one outcome, at its end, and none after null",
    ({ fact, before, after }) =>
      fact.set?.outcome === undefined ||
      (before.outcome === null && fact.to === "concluded" && after.status === "concluded"),
  ),

  alwaysChange(
    "L10 a fact sets what is new, and again only what can be said again",
    ({ fact: { kind, set = {} }, before }) =>
      Object.entries(set).every(
        ([field, value]) =>
          repeatable.has(field) ||
          repeatable.has(`${kind} ${field}`) ||
          !isDeepStrictEqual(before[field as keyof JobPatch], value),
      ),
  ),

  always("L11 a prune says how every job ended, and nothing else lets go of one", (step) => {
    const { before, input, decision } = step;
    const { pruned, jobs } = decision.next;
    if (input.verb === "prune" && decision.refusal === undefined) {
      return jobs.length === 0 && isDeepStrictEqual(pruned?.jobs, before.jobs.map(endOf));
    }
    return jobs.length >= before.jobs.length && isDeepStrictEqual(pruned, before.pruned);
  }),

  always("L8 decide is pure: the same question, the same bytes", (step) => {
    const written = JSON.stringify([step.before, step.input]);
    const again = step.decide(step.before, step.input);
    const isSame = JSON.stringify(again) === JSON.stringify(step.decision);
    return isSame && written === JSON.stringify([step.before, step.input]);
  }),

  always(
    "F4 a report of an epoch that is over changes nothing, and hears who holds it now",
    (step) => {
      if (!isStale(step)) return true;
      const { refusal, next } = step.decision;
      const job = askedOf(step);
      const isFree = job?.claim === null && job.status !== "null";
      return (
        refusal !== undefined &&
        refusal.refused.includes("nobody holds") === isFree &&
        isDeepStrictEqual(next, step.before)
      );
    },
  ),

  alwaysChange(
    "F5 epochs grow one by one, and one is current",
    ({ fact, before, after }) =>
      after.epoch === before.epoch ||
      (fact.to === "created" ? after.epoch === 0 : after.epoch === before.epoch + 1),
  ),

  always("F6 a report delivered again has no further effect", ({ decide, input, decision }) => {
    if (!reports.has(input.verb) || decision.refusal !== undefined) return true;
    return isDeepStrictEqual(decide(decision.next, input).next, decision.next);
  }),

  always(
    "F7 a report is recorded or refused by name, never swallowed",
    ({ decision }) =>
      (decision.events.length > 0 || decision.refusal !== undefined) &&
      decision.refusal?.refused !== "" &&
      "refusal" in decision === (decision.refusal !== undefined),
  ),

  alwaysChange(
    "F8 an epoch that is over is not revived: only a claim of a new one has a holder",
    ({ before, after }) =>
      after.claim === null || after.claim === before.claim || after.epoch > before.epoch,
  ),
];
