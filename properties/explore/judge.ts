/**
 * The judge asks every sentence of every step, and remembers what it was told. Most sentences look
 * at no more than the input and the jobs that it is asked of or that it changed: a step that does
 * the same to jobs of the same forms gets the same answer, whatever the other members are. Those
 * that look at all members are asked anew each time, and what a job waits for once of each state. The
 * three about the mechanics of deciding (folded, read back from text, asked twice) see the same in
 * every step of one build: the word, the status, the guard, the facts and the fields that they set.
 * A refusal that changes nothing is asked for once of each form (lifecycle-space.ts), and says
 * nothing new of the members or of what they wait for. judge.test.ts holds this against asking
 * everything of every step.
 */
import type { Group, Job } from "../../machines/record.ts";
import type { Step } from "../invariants/invariant.ts";
import { invariants, type Violation } from "../invariants/invariants.ts";
import type { Forms } from "./forms.ts";

/** Look at all members, those that the step did not change included. */
const ofAll: ReadonlySet<string> = new Set(["G1", "G2", "G3", "G7", "G10", "G11", "V4"]);
/** Look at how the decision is made of parts. */
const ofMechanics: ReadonlySet<string> = new Set(["L2", "L3", "L8"]);
/** Look at what the step leads to, and at the time alone. */
const ofStanding: ReadonlySet<string> = new Set(["E2"]);
/** Look at what was taken, recorded or told: there is nothing to see in a bare refusal. */
const ofTaken: ReadonlySet<string> = new Set(
  ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S11", "S12", "S13", "S14"].concat(
    ["S15", "S16", "S17", "S18", "S19", "V1", "V6", "G4", "G5", "G6", "G8", "G9", "L6", "L10"],
    ["F5", "F6", "F8", "F9", "F10"],
  ),
);

const all = invariants.filter(({ id }) => ofAll.has(id));
const standing = invariants.filter(({ id }) => ofStanding.has(id));
const mechanical = invariants.filter(({ id }) => ofMechanics.has(id));
const own = invariants.filter((each) => ![...all, ...standing, ...mechanical].includes(each));
const ofRefusals = own.filter(({ id }) => !ofTaken.has(id));

/** A step, what was said in a word, and the group that it leads to in normal form. */
export interface Judged {
  readonly step: Step;
  readonly word: string;
  readonly next: Group;
}

export class Judge {
  readonly #forms: Forms;
  readonly #answers = new Map<string, readonly Violation[]>();

  constructor(forms: Forms) {
    this.#forms = forms;
  }

  /** Every sentence that the step breaks. */
  violationsOf(judged: Judged): readonly Violation[] {
    const { step } = judged;
    const made = this.#remembered(buildOf(judged), step, mechanical);
    const { events, effects, next, refusal } = step.decision;
    if (next === step.before) {
      const isBare = refusal !== undefined && events.length + effects.length === 0;
      return [...made, ...asked(step, isBare ? ofRefusals : own)];
    }
    return [
      ...made,
      ...this.#remembered(this.#doing(judged), step, own),
      ...this.#remembered(this.#end(judged), step, standing),
      ...asked(step, all),
    ];
  }

  #remembered(name: string, step: Step, sentences: typeof own): readonly Violation[] {
    const known = this.#answers.get(name);
    if (known !== undefined) return known;
    const answer = asked(step, sentences);
    this.#answers.set(name, answer);
    return answer;
  }

  /** What was said to whom, and whom it changed into what. */
  #doing({ step: { before, input, decision }, word, next }: Judged): string {
    const changes: string[] = [];
    for (const [place, job] of next.jobs.entries()) {
      const was = before.jobs[place];
      const isAsked = "uid" in input && input.uid === job.uid;
      if (was === job && !isAsked && decision.next.jobs[place] === was) continue;
      changes.push(
        `${isAsked ? "asked " : ""}${was && this.#forms.id(was)}>${this.#forms.id(job)}`,
      );
    }
    const { refusal, events } = decision;
    const facts = events.map(({ kind, uid }) => (uid === undefined ? `all ${kind}` : kind));
    return [word, refusal?.guard, ...changes.toSorted(), ...facts].join();
  }

  #end({ step: { input }, next: { jobs } }: Judged): string {
    const forms = jobs.map((job: Job) => this.#forms.id(job)).toSorted((a, b) => a - b);
    return [input.at, ...forms].join(" ");
  }
}

function buildOf({ step: { before, input, decision }, word }: Judged): string {
  const job = "uid" in input ? before.jobs.find(({ uid }) => uid === input.uid) : undefined;
  const facts = decision.events.map(
    ({ kind, from, to, uid, set = {} }) =>
      `${kind} ${from} ${to} ${uid === undefined} ${Object.keys(set).join()}`,
  );
  return `build ${word}; ${job?.status}; ${decision.refusal?.guard}; ${facts.join("; ")}`;
}

function asked(step: Step, sentences: typeof invariants): readonly Violation[] {
  const found: Violation[] = [];
  for (const { id, text, broken } of sentences) {
    for (const what of broken(step)) found.push({ id, text: `${id} ${text}: ${what}` });
  }
  return found;
}
