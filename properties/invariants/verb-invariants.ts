/** The invariants of asking and answering: V1 to V6. */
import { isDeepStrictEqual } from "node:util";
import type { Kind } from "../../machines/fact.ts";
import type { Create, Draft, Input } from "../../machines/input.ts";
import { blankJob, type Job } from "../../machines/record.ts";
import type { Refusal } from "../../machines/refusal.ts";
import { verbs, type Status } from "../../machines/status.ts";
import { always, alwaysUnless, changesOf, type Invariant, type Step } from "./invariant.ts";
import { needOf } from "./need.ts";
import { nowhere, reasonsFor } from "./reasons.ts";
import { writtenBy } from "./written.ts";

/** The guard that says no first; undefined when everything that must be so is so. */
function firstNo({ before, input }: Step): string | undefined {
  return reasonsFor(before, input).find(([, isSo]) => !isSo)?.[0];
}

function asked({ before, input }: Step): Job | undefined {
  return "uid" in input ? before.jobs.find(({ uid }) => uid === input.uid) : undefined;
}

function legalIn(status: Status): readonly string[] {
  const rows: readonly (readonly [string, readonly Status[]])[] = Object.entries(verbs);
  return rows.filter(([, cells]) => cells.includes(status)).map(([verb]) => verb);
}

/** Status and clock are other sentences. */
const elsewhere = ["status", "activeSince", "activeMs"] as const;

/** What may follow, for the job itself, from what was said to it. */
const following: ReadonlySet<Kind> = new Set(["status", "decision", "wish"]);

function differs(found: Job, expected: Job): boolean {
  return Object.entries(expected).some(
    ([field, value]) =>
      !elsewhere.some((other) => other === field) &&
      !isDeepStrictEqual(found[field as keyof Job], value),
  );
}

function bornFrom(draft: Draft, input: Input & Create): Job {
  const { completion, name, by, at, note = null, traceparent = null } = input;
  const said = Object.entries(draft).filter(([, value]) => value !== undefined);
  const fields = { ...blankJob, ...Object.fromEntries(said) };
  return { ...fields, group: name ?? null, completion, by, createdAt: at, note, traceparent };
}

export const verbInvariants: readonly Invariant[] = [
  alwaysUnless("V1 nothing is taken but where the table and every guard allow it", (step) => {
    const guard = firstNo(step);
    if (step.decision.refusal !== undefined || guard === undefined) return undefined;
    return `is taken, and [${guard}] forbids it`;
  }),

  alwaysUnless(
    "V2 a refusal leaves all as it was and names status, verb, legal verbs and the first guard",
    (step) => {
      const { before, decision } = step;
      const { refusal, events, next, effects } = decision;
      if (refusal === undefined) return undefined;
      const misnamed = misnamedBy(step, refusal);
      const isUndone = refusal.verb === "create" && refusal.guard === "speed";
      if (misnamed !== undefined || isUndone) return misnamed;
      const isLeft = events.length + effects.length === 0 && isDeepStrictEqual(next, before);
      return isLeft ? misplacedBy(step, refusal) : "is refused and changes something";
    },
  ),

  alwaysUnless("V3 nothing is refused that the table and every guard allow", (step) => {
    const { refusal } = step.decision;
    if (refusal === undefined || firstNo(step) !== undefined) return undefined;
    return `is refused by [${refusal.guard}], and nothing forbids it`;
  }),

  always("V4 a job id is used again only after null (here: within a group)", ({ decision }) => {
    const ids = decision.next.jobs.filter(({ status }) => status !== "null").map(({ id }) => id);
    return new Set(ids).size === ids.length;
  }),

  always("V6 what is taken is written down as it was said, with its note, and no more", (step) => {
    const { input, decision } = step;
    if (input.verb === "create") return isBornAsAsked(step, input);
    const job = asked(step);
    if (job === undefined || !("uid" in input) || decision.refusal !== undefined) return true;
    const [first, ...rest] = changesOf(step).filter(({ after }) => after.uid === input.uid);
    if (first === undefined || rest.some(({ fact }) => !following.has(fact.kind))) return false;
    const isWish = first.fact.kind === "wish" && job.cancel !== "soft";
    if (isWish && !differs(first.after, { ...job, note: first.after.note })) {
      return false;
    }
    const note = input.verb === "finalize" ? job.note : (input.note ?? job.note);
    return !differs(first.after, { ...job, ...writtenBy(job, input), note });
  }),
];

/** The guard or the verb that a refusal names, where it is another. */
function misnamedBy(step: Step, { guard, verb }: Refusal): string | undefined {
  const first = firstNo(step);
  if (first === undefined) return `is refused by [${guard}], and every guard holds`;
  if (guard !== first) return `is refused by [${guard}], the first guard that fails is [${first}]`;
  return verb === step.input.verb ? undefined : `is refused as '${verb}'`;
}

/** The status or the legal verbs that a refusal names, where they are others. */
function misplacedBy(step: Step, { status, legal = [] }: Refusal): string | undefined {
  const job = asked(step);
  const due = job === undefined || nowhere.includes(job.status) ? undefined : job.status;
  if (status !== due) return `is refused in status ${status ?? "none"}, it is ${due ?? "none"}`;
  const admitted = due === undefined ? legal : legalIn(due);
  if (isDeepStrictEqual(legal, admitted)) return undefined;
  return `is told that legal is ${legal.join(", ")}; it is ${admitted.join(", ")}`;
}

/** Every job as its draft says; taken at once by who is named, when nothing stands against it. */
function isBornAsAsked(step: Step, input: Input & Create): boolean {
  const { refusal, next } = step.decision;
  const births = changesOf(step).filter(({ before }) => before.status === "undefined");
  const isAsAsked = births.every(({ after }, index) => {
    const draft = input.jobs[index];
    return draft !== undefined && !differs(after, bornFrom(draft, input));
  });
  if (!isAsAsked || refusal !== undefined) return isAsAsked;
  return births.every(({ after: born }, index) => {
    const mayStart = input.claim !== undefined && (needOf(born)?.dueAt ?? Infinity) <= input.at;
    const now = next.jobs[index];
    const claim = mayStart ? input.claim : null;
    return isDeepStrictEqual(now?.claim, claim) && (now?.epoch === 1) === mayStart;
  });
}
