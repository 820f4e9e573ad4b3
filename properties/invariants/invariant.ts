/**
 * An invariant: a sentence that must hold of every step of the lifecycle, with the number under
 * which DESIGN.md speaks of it. Pure: it looks at what was, what was said and what was decided, so
 * that tests, an explorer and a checker of recorded logs can all ask it.
 */
import { evolve } from "../../machines/evolve.ts";
import type { Fact } from "../../machines/fact.ts";
import type { Input } from "../../machines/input.ts";
import type { Decision, decide } from "../../machines/lifecycle.ts";
import { blankJob, type Group, type Job } from "../../machines/record.ts";

export interface Step {
  readonly before: Group;
  readonly input: Input;
  readonly decision: Decision;
  /** What decided: asked again by the few invariants that are about asking twice. */
  readonly decide: typeof decide;
}

/** One fact of a step, and what it made of one job. */
export interface Change {
  readonly fact: Fact;
  readonly before: Job;
  readonly after: Job;
  /** The group before the fact, and once the whole step is done. */
  readonly group: Group;
  readonly next: Group;
  readonly input: Input;
}

export interface Invariant {
  readonly id: string;
  readonly text: string;
  /** Who or what breaks it in this step; empty when it holds. */
  readonly broken: (step: Step) => readonly string[];
}

/** A sentence: its number, then its words. */
export type Sentence = `${Letter}${number} ${string}`;
type Letter = "S" | "V" | "G" | "L" | "F" | "E";

function invariant(sentence: Sentence, broken: Invariant["broken"]): Invariant {
  const [id = "", ...words] = sentence.split(" ");
  return { id, text: words.join(" "), broken };
}

/** Holds of the step as a whole. */
export function always(sentence: Sentence, holds: (step: Step) => boolean): Invariant {
  return invariant(sentence, (step) => (holds(step) ? [] : [step.input.verb]));
}

/** Holds of the step as a whole, unless there is something to say against it. */
export function alwaysUnless(
  sentence: Sentence,
  objection: (step: Step) => string | undefined,
): Invariant {
  return invariant(sentence, (step) => {
    const what = objection(step);
    return what === undefined ? [] : [`${step.input.verb} ${what}`];
  });
}

/** Holds of every job once the step is done. */
export function alwaysJob(
  sentence: Sentence,
  holds: (job: Job, group: Group) => boolean,
): Invariant {
  return invariant(sentence, (step) => {
    const { next } = step.decision;
    return next.jobs.filter((job) => !holds(job, next)).map((job) => standingOf(job, step));
  });
}

/** Holds of every fact for every job that it is about, in their order. */
export function alwaysChange(sentence: Sentence, holds: (change: Change) => boolean): Invariant {
  return invariant(sentence, (step) =>
    changesOf(step)
      .filter((change) => !holds(change))
      .map(({ fact: { kind, from, to }, after }) =>
        from === undefined ? `${after.id} (${kind})` : `${after.id} (${from} → ${to})`,
      ),
  );
}

/** Holds of the jobs that finish together once the step is done: a lone job is alone with itself. */
export function alwaysParty(
  sentence: Sentence,
  holds: (party: readonly Job[], step: Step) => boolean,
): Invariant {
  return invariant(sentence, (step) =>
    partiesOf(step.decision.next)
      .filter((party) => !holds(party, step))
      .map((party) => party.map((job) => standingOf(job, step)).join(", ")),
  );
}

/** `a (running)`, `a (running → waiting)`. */
function standingOf({ id, uid, status }: Job, { before }: Step): string {
  const was = before.jobs.find((job) => job.uid === uid)?.status ?? status;
  return was === status ? `${id} (${status})` : `${id} (${was} → ${status})`;
}

export function partiesOf({ jobs }: Group): readonly (readonly Job[])[] {
  if (jobs.length === 0) return [];
  return jobs[0]?.completion === "grouped" ? [jobs] : jobs.map((job) => [job]);
}

const known = new WeakMap<Decision, readonly Change[]>();

/** The step fact by fact. A fact about every member is one change for each. */
export function changesOf({ before, input, decision }: Step): readonly Change[] {
  const found = known.get(decision);
  if (found !== undefined) return found;
  let group = before;
  const changes = decision.events.flatMap((fact) => {
    const from = group;
    group = evolve(from, fact);
    return group.jobs.flatMap((after, index) => {
      const was = from.jobs[index] ?? unborn(after);
      if (after === was) return [];
      return [{ fact, before: was, after, group: from, next: decision.next, input }];
    });
  });
  known.set(decision, changes);
  return changes;
}

function unborn({ id, uid }: Job): Job {
  return { ...blankJob, id, uid };
}
