/**
 * A run of the model: a plan and a list of moves, told to the real `decide`, with every invariant
 * asked of every step and the log written and read beside it. Throws at the first thing wrong.
 */
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { evolve } from "../../machines/evolve.ts";
import type { Fact } from "../../machines/fact.ts";
import type { Input } from "../../machines/input.ts";
import { Ledger } from "../../machines/ledger.ts";
import { decide } from "../../machines/lifecycle.ts";
import { emptyGroup, type Group } from "../../machines/record.ts";
import { moveLists, plans, type Move, type Plan } from "./arbitraries.ts";
import { compareWithCharts } from "./chart-laws.ts";
import { fairInput } from "./fair.ts";
import type { Step } from "../invariants/invariant.ts";
import { violationsOf } from "../invariants/invariants.ts";
import { firstInputs, inputOf } from "./moves.ts";
import type { Reach } from "./reach.ts";

const start = Date.UTC(2025, 10, 20, 6);
/** More inputs than the longest life of one job takes when nothing goes wrong. */
const inputsPerLifeMax = 40;

/** Any plan, any moves: all holds, the log replays, and every job can be brought to its end. */
export function modelProperty(reach: Reach) {
  return fc.property(plans(), moveLists(), (drawn, told) => {
    const model = new Model(reach);
    model.create(drawn);
    for (const move of told) model.play(move);
    model.finish();
    model.replay();
  });
}

class Model {
  readonly #past: Input[] = [];
  readonly #groups: Group[] = [];
  readonly #commits: (readonly Fact[])[] = [];
  readonly #writer: Ledger;
  readonly #reader: Ledger;
  readonly #reach: Reach;
  #group: Group = freeze(emptyGroup("gaaaaaaaaaaaaaaaa"));
  #at = start;

  constructor(reach: Reach) {
    this.#reach = reach;
    this.#writer = new Ledger(this.#group.gid);
    this.#reader = new Ledger(this.#group.gid);
  }

  create(plan: Plan): void {
    for (const input of firstInputs(plan, this.#at)) this.say(input);
  }

  play(move: Move): void {
    this.#at += move.stepMs;
    const input = inputOf(move, { group: this.#group, at: this.#at, past: this.#past });
    if (input === undefined) return;
    this.#at = Math.max(this.#at, input.at);
    this.say(input);
  }

  /** Nobody hinders any more: every job comes to its end. */
  finish(): void {
    const { jobs } = this.#group;
    for (let left = inputsPerLifeMax * (jobs.length + 1); this.#sayFairly(); left -= 1) {
      if (left === 0) throw new Error("E1 E3: the fair completion does not come to an end");
    }
    const open = this.#group.jobs.filter(({ status }) => status !== "null");
    if (open.length > 0) throw new Error(`E3 E4 E5: left over: ${JSON.stringify(open)}`);
  }

  /** The log from every prefix on: the same end. */
  replay(): void {
    for (const [rev, group] of this.#groups.entries()) {
      const snapshot = JSON.parse(JSON.stringify(group)) as Group;
      const end = this.#commits
        .slice(rev + 1)
        .flat()
        .reduce(evolve, snapshot);
      expectSame("L3: replay from a snapshot", end, this.#group);
    }
  }

  say(input: Input): void {
    const before = this.#group;
    const step: Step = { before, input: freeze(input), decision: decide(before, input), decide };
    this.#past.push(input);
    this.#reach.see(step);
    const [violation] = violationsOf(step);
    if (violation !== undefined) throw new Error(`${violation.text}\n${JSON.stringify(input)}`);
    compareWithCharts(step);
    this.#keep(step);
  }

  #sayFairly(): boolean {
    const first = this.#group.jobs.find((job) => fairInput(job, this.#at) !== undefined);
    const fair = first && fairInput(first, this.#at);
    if (fair === undefined) return false;
    this.#at = fair.at;
    this.say({ id: `f${this.#past.length}`, by: "user@host", at: this.#at, ...fair.said });
    return true;
  }

  #keep({ input, decision }: Step): void {
    if (decision.events.length === 0) return;
    const written = this.#writer.write(input, decision.events);
    this.#writer.accept(written, decision.next);
    this.#reader.read(written.text);
    expectSame("L2: what the reader folded", this.#reader.group, decision.next);
    this.#group = freeze(decision.next);
    this.#groups.push(this.#group);
    this.#commits.push(decision.events);
  }
}

function expectSame(what: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
}

function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}
