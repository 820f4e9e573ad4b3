/**
 * A mutant: a lifecycle with one thing wrong, made of the right one, and a short story in which it
 * shows. Mutants are what proves that an invariant can fail at all.
 */
import { evolve } from "../../machines/evolve.ts";
import type { Fact } from "../../machines/fact.ts";
import type { Input } from "../../machines/input.ts";
import { decide, type Decision } from "../../machines/lifecycle.ts";
import type { Group, Job } from "../../machines/record.ts";
import type { Decide, Story } from "../../machines/story.ts";

export interface Mutant {
  /** The number of the invariant that must turn red. */
  readonly breaks: string;
  readonly how: string;
  readonly broken: Decide;
  /** Sound under the right lifecycle. */
  readonly story: (story: Story) => void;
}

const full = ["ready", "soft-cancel", "change", "prepare", "commit", "abort", "clean"] as const;

/** A lone job that can do everything, and stays when it is concluded. */
export function alone(story: Story): Story {
  story.create([{ id: "a", can: full, autoDismiss: false }]);
  return story;
}

/** Two jobs that finish together. */
export function pair(story: Story): Story {
  story.create(["a", "b"].map((id) => ({ id, can: full })));
  return story;
}

/** Commit is decided; `a` has done it, `b` has not. */
export function committing(story: Story): Story {
  return pair(story).play(
    "claimed a b",
    "finished a b",
    "prepared a b",
    "committed a",
    "cleaned a",
  );
}

/** A decision of these facts instead. */
export function withEvents(group: Group, decision: Decision, events: readonly Fact[]): Decision {
  return { ...decision, events, next: events.reduce(evolve, group) };
}

type Which = (fact: Fact, input: Input, group: Group) => boolean;

/** Records other facts than it should. */
export function recording(
  change: (fact: Fact, input: Input, group: Group) => Fact | readonly Fact[],
): Decide {
  return (group, input) => {
    const decision = decide(group, input);
    const events = decision.events.flatMap((fact) => change(fact, input, group));
    return withEvents(group, decision, events);
  };
}

/** Records all but some facts. */
export function forgetting(which: Which): Decide {
  return recording((fact, input, group) => (which(fact, input, group) ? [] : fact));
}

/** Sets other data than it should in some facts. */
export function setting(which: Which, set: (fact: Fact, input: Input) => object): Decide {
  return recording((fact, input, group) =>
    which(fact, input, group) ? { ...fact, set: { ...fact.set, ...set(fact, input) } } : fact,
  );
}

/** Decides, when it hears some word, as if the jobs were otherwise than they are. */
export function seeing(word: Input["verb"], change: (job: Job, input: Input) => object): Decide {
  return (group, input) => {
    if (input.verb !== word) return decide(group, input);
    const jobs = group.jobs.map((job) => ({ ...job, ...change(job, input) }));
    const decision = decide({ ...group, jobs }, input);
    return withEvents(group, decision, decision.events);
  };
}

/** Hears something else than was said. */
export function hearing(change: (input: Input, group: Group) => Input): Decide {
  return (group, input) => decide(group, change(input, group));
}

/** Says something else than it decided. */
export function saying(
  change: (decision: Decision, group: Group, input: Input) => Decision,
): Decide {
  return (group, input) => change(decide(group, input), group, input);
}
