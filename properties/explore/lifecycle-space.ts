/**
 * The space of the lifecycle: groups as states, everything that can be said to them, and the real
 * `decide` as the step. Every sentence of invariants.ts is asked of every step.
 *
 * Groups are known by the forms of their members (forms.ts). Members of one form are
 * interchangeable: their order decides the order of facts inside a commit, and nothing else, so
 * that a group is known by its forms in any order, and only the first of like members is spoken to.
 * The states kept are real groups that messages led to, so that a sequence needs no translation.
 *
 * Whether a word changes anything should depend on the job that hears it alone (`whyNot` takes no
 * more), and that it changes nothing is remembered by the job's form. Because a lifecycle may be
 * wrong in just that, each group is told a sample of the words that are remembered all the same:
 * every seventh, from a place that the group's forms decide. One that changes something after all is a
 * violation. lifecycle-space.test.ts holds likeness and memory against walks without them.
 */
import { decide } from "../../machines/lifecycle.ts";
import { emptyGroup, type Group, type Job, type Shape } from "../../machines/record.ts";
import { isEnded } from "../../machines/status.ts";
import type { Decide } from "../../machines/story.ts";
import type { Step } from "../invariants/invariant.ts";
import type { Violation } from "../invariants/invariants.ts";
import { answerOf } from "./answer.ts";
import { creationsOf } from "./creations.ts";
import { debtsOf } from "./lifecycle-debts.ts";
import type { By, Outcome, Space } from "./space.ts";
import { Forms } from "./forms.ts";
import { creationMessage, inputOf, messageOf, nameOf, type Message } from "./message.ts";
import { Judge } from "./judge.ts";
import { plansOf, shapes, type Kind, type Plan } from "./plans.ts";
import { restOf } from "./rest.ts";
import { wordsOf, type Profile, type Word } from "./words.ts";

export interface Scope {
  readonly jobs: number;
  /** A kind by its name, or what a driver can do. */
  readonly kind: Kind | Shape;
  readonly profile: Profile;
  /** Workers lost, or taken away, for each job; default none. */
  readonly faults?: number;
  /** With which jobs the group may begin; default those of the profile. */
  readonly plans?: readonly Plan[];
  /** Like members are taken for one another; default true. Debts are only known without. */
  readonly symmetry?: boolean;
  /** What changed nothing is remembered; default true. */
  readonly memory?: boolean;
  /** What decides; default the lifecycle. */
  readonly decide?: Decide;
  /** Sees every input that is really asked, and its answer. */
  readonly onAnswer?: (step: Step) => void;
}

/** The group that is explored. */
export const gid = "gaaaaaaaaaaaaaaaa";
const lossesOfLifecycle = 5;
const triesOfLifecycle = 5;
/** One of so many remembered words is said again. */
const sampledOf = 7;

const forgetful: Violation = {
  id: "memory",
  text: "memory a word that changes nothing for a job never does for its like: in this group it does",
};

/** The space of a group of so many jobs. It begins with nothing, of which a group is made. */
export function lifecycleSpace(scope: Scope, root = emptyGroup(gid)): Space<Group, Message> {
  const space = new LifecycleSpace(scope);
  const { jobs, symmetry = true } = scope;
  return {
    roots: [space.normal(root)],
    messages: (group) => space.messages(group),
    step: (group, message) => space.step(group, message),
    key: (group) => space.key(group),
    by: ({ by }) => by,
    rest: restOf,
    isEnd: ({ voided, jobs: members }) =>
      voided || (members.length > 0 && members.every(({ status }) => isEnded(status))),
    agent: ({ place }) => place,
    ...(symmetry ? {} : { debts: debtsOf(jobs) }),
  };
}

class LifecycleSpace {
  readonly #decide: Decide;
  readonly #judge: Judge;
  readonly #onAnswer: Scope["onAnswer"];
  readonly #hasSymmetry: boolean;
  readonly #hasMemory: boolean;
  readonly #forms: Forms;
  readonly #words: readonly Word[];
  readonly #creations: readonly Message[];
  /** By the form of who is asked: the words that may change something. */
  readonly #open: (readonly Word[])[] = [];
  /** By the form of who is asked: the words that changed nothing. */
  readonly #mute: Word[][] = [];
  /** By the word, then by the place and by whose doing it is. */
  readonly #messages = new Map<Word, Map<string, Message>>();

  constructor(scope: Scope) {
    const { kind, profile, jobs, faults = 0 } = scope;
    const shape = typeof kind === "string" ? shapes[kind] : kind;
    const plans =
      scope.plans ?? plansOf({ jobs, shape, profile, isAlone: typeof kind !== "string" });
    this.#decide = scope.decide ?? decide;
    this.#onAnswer = scope.onAnswer;
    this.#hasSymmetry = scope.symmetry ?? true;
    this.#hasMemory = scope.memory ?? true;
    this.#forms = new Forms({
      lossesMax: faults < lossesOfLifecycle ? 0 : lossesOfLifecycle,
      triesMax: jobs === 1 && kind === "plain" ? triesOfLifecycle : 1,
      progress: profile === "recovery",
    });
    this.#judge = new Judge(this.#forms);
    this.#words = wordsOf({ profile, faults });
    this.#creations = creationsOf(gid, plans, profile === "core").map(creationMessage);
  }

  normal(group: Group): Group {
    return this.#forms.normal(group);
  }

  key({ voided, jobs }: Group): string {
    if (voided) return "void";
    const forms = jobs.map((job) => this.#forms.id(job));
    return (this.#hasSymmetry ? forms.toSorted((a, b) => a - b) : forms).join(" ");
  }

  *messages(group: Group): Iterable<Message> {
    const { jobs } = group;
    if (jobs.length === 0) {
      for (const creation of this.#creations) yield creation;
      return;
    }
    const spoken = new Set<number>();
    const sample = jobs.reduce((hash, job) => mixed(hash, this.#forms.id(job)), 0);
    for (const [place, job] of jobs.entries()) {
      const form = this.#forms.id(job);
      if (this.#hasSymmetry && spoken.has(form)) continue;
      spoken.add(form);
      for (const word of (this.#open[form] ??= this.#wordsTo(job))) {
        yield this.#message(word, place, word.by(job));
      }
      const mute = this.#mute[form] ?? [];
      for (let at = mixed(sample, place) % sampledOf; at < mute.length; at += sampledOf) {
        const word = mute[at];
        if (word !== undefined) yield this.#message(word, place, word.by(job));
      }
    }
  }

  #wordsTo(job: Job): readonly Word[] {
    return this.#words.filter(({ when }) => when?.(job) ?? true);
  }

  step(before: Group, message: Message): Outcome<Group> {
    const input = inputOf(message, before);
    const { decision, thrown } = answerOf(this.#decide, before, input);
    if (thrown !== undefined) return { next: before, broken: [thrown] };
    const step: Step = { before, input, decision, decide: this.#decide };
    this.#onAnswer?.(step);
    const next = this.#forms.normal(decision.next);
    const broken = this.#judge.violationsOf({ step, word: nameOf(message), next });
    if (next.voided === before.voided && isSame(next.jobs, before.jobs)) {
      this.#remember(before, message);
      return { next: before, broken };
    }
    const isBroken = broken.length > 0 || !this.#isMute(before, message);
    return { next, broken: isBroken ? broken : [forgetful] };
  }

  #remember(group: Group, { place, word }: Message): void {
    const job = group.jobs[place];
    if (!this.#hasMemory || job === undefined || word === undefined) return;
    const form = this.#forms.id(job);
    const open = this.#open[form] ?? [];
    if (!open.includes(word)) return;
    this.#open[form] = open.filter((other) => other !== word);
    (this.#mute[form] ??= []).push(word);
  }

  #isMute(group: Group, { place, word }: Message): boolean {
    const job = group.jobs[place];
    if (job === undefined || word === undefined) return false;
    return this.#mute[this.#forms.id(job)]?.includes(word) === true;
  }

  #message(word: Word, place: number, by: By): Message {
    const known = this.#messages.get(word) ?? new Map<string, Message>();
    this.#messages.set(word, known);
    const name = `${place} ${by}`;
    const message = known.get(name) ?? messageOf(word, place, by);
    known.set(name, message);
    return message;
  }
}

function isSame(after: readonly Job[], before: readonly Job[]): boolean {
  return after.length === before.length && after.every((job, place) => job === before[place]);
}

/** A whole number that is not negative, and looks like chance. */
function mixed(hash: number, more: number): number {
  const whole = Math.imul(hash ^ (more + 1), 0x9e3779b1);
  return (whole ^ (whole >>> 15)) >>> 0;
}
