/**
 * Arbitrary histories: what may have become of a group of jobs, as a real log would tell it. For
 * those who read logs: whatever they make of commits, every history that is drawn here is one that
 * they may meet.
 */
import type { Arbitrary } from "fast-check";
import type { Input } from "../machines/input.ts";
import { Ledger } from "../machines/ledger.ts";
import { decide } from "../machines/lifecycle.ts";
import type { Group } from "../machines/record.ts";
import { isVerb } from "../machines/status.ts";
import { moveLists, plans, type Move, type Plan } from "./model/arbitraries.ts";
import { fastCheck } from "./fast-check.ts";
import type { Step } from "./invariants/invariant.ts";
import { firstInputs, inputOf } from "./model/moves.ts";
import { textOf } from "./trace/text.ts";
import type { TraceStep } from "./trace/trace.ts";

export class History {
  /** All that was said, the refused included. */
  readonly steps: readonly Step[];
  /** The exact texts of the commits, rev 1 first. */
  readonly commits: readonly string[];
  /** What they leave. */
  readonly group: Group;

  constructor(steps: readonly Step[], ledger: Ledger, commits: readonly string[]) {
    this.steps = steps;
    this.commits = commits;
    this.group = ledger.group;
  }

  /** The story, for people. */
  toString(): string {
    return `\n${textOf({ steps: this.steps.map(traceStepOf) })}`;
  }
}

const gid = "gaaaaaaaaaaaaaaaa";
const start = Date.UTC(2025, 10, 20, 6);

/** Histories of one group each, of one to four jobs and any length up to some sixty commits. */
export function histories(): Arbitrary<History> {
  return fastCheck()
    .tuple(plans(), moveLists())
    .map(([plan, moves]) => lived(plan, moves));
}

function lived(plan: Plan, moves: readonly Move[]): History {
  const ledger = new Ledger(gid);
  const steps: Step[] = [];
  const commits: string[] = [];
  const past: Input[] = [];
  const say = (input: Input): void => {
    const before = ledger.group;
    const decision = decide(before, input);
    past.push(input);
    steps.push({ before, input, decision, decide });
    if (decision.events.length === 0) return;
    const written = ledger.write(input, decision.events);
    ledger.accept(written, decision.next);
    commits.push(written.text);
  };
  for (const input of firstInputs(plan, start)) say(input);
  let at = start;
  for (const move of moves) {
    at += move.stepMs;
    const input = inputOf(move, { group: ledger.group, at, past });
    if (input === undefined || isAnswered(ledger, input)) continue;
    at = Math.max(at, input.at);
    say(input);
  }
  return new History(steps, ledger, commits);
}

/** A system answers it from the log and decides nothing. */
function isAnswered(ledger: Ledger, { id }: Input): boolean {
  return ledger.answered(id) !== undefined;
}

function traceStepOf({ before, input, decision }: Step): TraceStep {
  const { verb, at } = input;
  const { events, next: after, refusal } = decision;
  const by = isVerb(verb) || verb === "create" ? "user" : "worker";
  const job = before.jobs.find(({ uid }) => "uid" in input && uid === input.uid)?.id;
  return {
    by,
    verb,
    at,
    events,
    after,
    ...(job === undefined ? {} : { job }),
    ...(refusal === undefined ? {} : { refusal }),
  };
}
