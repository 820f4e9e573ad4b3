/**
 * The lifecycle as a pure function: what an input makes of a group. `decide` runs the statecharts
 * and returns facts, or a refusal; `evolve` writes facts down. No clock, no randomness, no I/O,
 * no ids made inside. Start with the tables (status.ts), then job.ts and group.ts.
 */
import { Cascade } from "./cascade.ts";
import { whyNot } from "./checks.ts";
import { decideCreation } from "./creation.ts";
import { effectsOf, type Effect } from "./effects.ts";
import { evolve } from "./evolve.ts";
import type { Fact } from "./fact.ts";
import type { Asked, Input, JobInput } from "./input.ts";
import { pruned } from "./prune.ts";
import type { Group, Job } from "./record.ts";
import { jobNotFound, refusal, type Refusal } from "./refusal.ts";

export interface Decision {
  readonly events: readonly Fact[];
  /** The group once the events are written down. */
  readonly next: Group;
  readonly effects: readonly Effect[];
  /** Said instead of, or (a creation undone at once) after, the events. */
  readonly refusal?: Refusal;
}

/** Workers lost in a row without a new checkpoint, after which a job is given up. */
const lossesMax = 5;

/** What the input makes of the group: facts in their order, or a refusal and no facts. */
export function decide(group: Group, input: Input): Decision {
  if (input.verb === "void") return decideVoid(group);
  if (input.verb === "prune") return decidePrune(group, input.at);
  if (input.verb === "create") {
    const { cascade, refused } = decideCreation(group, input);
    return decision(group, cascade, refused);
  }
  const cascade = new Cascade(group, input.at);
  const refused = work(cascade, input);
  return decision(group, cascade, refused);
}

function decision(before: Group, cascade: Cascade, refused: Refusal | undefined): Decision {
  const { facts: events, group: next } = cascade;
  const effects = effectsOf(before, next);
  return { events, next, effects, ...(refused === undefined ? {} : { refusal: refused }) };
}

function decideVoid(group: Group): Decision {
  const { gid, jobs, voided } = group;
  const isNew = jobs.length === 0 && !voided && group.pruned === undefined;
  if (!isNew && jobs.every(({ status }) => status === "null")) {
    const over = refusal(`Nothing more comes of group '${gid}'`, "open", "void");
    return { events: [], next: group, effects: [], refusal: over };
  }
  const fact: Fact = { kind: isNew ? "void" : "noted" };
  const next = evolve(group, fact);
  return { events: [fact], next, effects: effectsOf(group, next) };
}

function decidePrune(group: Group, at: number): Decision {
  const made = pruned(group, at);
  if ("refused" in made) return { events: [], next: group, effects: [], refusal: made };
  return { events: [made], next: evolve(group, made), effects: [] };
}

function work(cascade: Cascade, input: Asked & JobInput): Refusal | undefined {
  const before = cascade.job(input.uid);
  if (before === undefined) return refusal(jobNotFound, "exists", input.verb);
  const refused = whyNot(before, input);
  if (refused !== undefined) return refused;
  if (input.verb === "finalize") {
    cascade.finalize(input.uid);
  } else {
    if (!cascade.tell(input.uid, input))
      throw new Error(`${input.verb}: no edge for ${before.status}`);
    follow(cascade, input, before);
  }
  cascade.settle(input.uid);
  return undefined;
}

/** What the input entails for the job itself, before its group is looked at. */
function follow(cascade: Cascade, input: Asked & JobInput, before: Job): void {
  const { uid, verb } = input;
  const after = cascade.job(uid) ?? before;
  // A parked run fails by way of running, where it is told again: nowhere else is it heard twice.
  if (verb === "failed") cascade.tell(uid, input);
  if (verb === "lost") {
    if (after.shape.recover === "fail") cascade.giveUp(uid, "Worker lost");
    else if (after.losses >= lossesMax) {
      cascade.giveUp(uid, `Worker lost ${after.losses} times in a row without a new checkpoint`);
    }
  }
  cascade.giveUpUnclaimed(uid);
}
