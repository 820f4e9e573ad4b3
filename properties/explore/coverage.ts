/**
 * Coverage: which cells of the tables an exploration has come by. A check that never came to a
 * place proves nothing about it: a cell that was not reached is a failure of the run, unless it is
 * among those that cannot be reached, each with its reason. An edge of the statechart is a cell as
 * well, so that a table that has lost one is not taken at its word.
 */
import { jobMachine } from "../../machines/job.ts";
import type { Shape } from "../../machines/record.ts";
import {
  admits,
  isVerb,
  statuses,
  transitions,
  verbNames,
  type Status,
  type Verb,
} from "../../machines/status.ts";
import type { Step } from "../invariants/invariant.ts";

export interface Covered {
  /** The cells that can be reached. */
  readonly cells: number;
  readonly reached: number;
  readonly missing: readonly string[];
}

/** Whose drivers were explored: every set of callbacks, or one driver's alone. */
export interface Explored {
  /** Members of the largest group. */
  readonly jobs: number;
  readonly shape: Shape;
  readonly isAlone: boolean;
}

function edge(from: Status, to: Status): string {
  return `${from} -> ${to}`;
}

function answer(verb: Verb, status: string, isAccepted: boolean): string {
  return `${verb} ${isAccepted ? "accepted" : "refused"} in ${status}`;
}

/** Every edge of the table, and every verb in every status, accepted where the table admits it. */
const edges = statuses.flatMap((from) => transitions[from].map((to) => edge(from, to)));
const refusals = verbNames.flatMap((verb) => statuses.map((status) => answer(verb, status, false)));
const acceptances = verbNames.flatMap((verb) =>
  statuses.filter((status) => admits(status, verb)).map((status) => answer(verb, status, true)),
);
/** Every verb in every status for which the statechart has an edge. */
const taken = Object.entries(jobMachine.states).flatMap(([status, { ownEvents }]) =>
  ownEvents.filter(isVerb).map((verb) => answer(verb, status, true)),
);
const cells: readonly string[] = [...new Set([...edges, ...acceptances, ...taken, ...refusals])];

export interface Gap {
  readonly cell: RegExp;
  readonly when: (explored: Explored) => boolean;
  readonly why: string;
}

function lacks(...callbacks: readonly string[]) {
  return ({ shape, isAlone }: Explored): boolean =>
    isAlone && !callbacks.some((callback) => shape.can.some((each) => each === callback));
}

/** What cannot be reached, and why. */
export const gaps: readonly Gap[] = [
  {
    cell: /^dismiss refused in concluded$/,
    when: () => true,
    why: "dismiss has no guard but the table: what is concluded can be dismissed",
  },
  {
    cell: /\b(?:ready|standby)$|^(?:ready|standby) ->/,
    when: ({ shape }) => !shape.can.includes("ready"),
    why: "jobs of this kind never become ready",
  },
  {
    cell: /^waiting -> aborting$| in waiting$/,
    when: ({ jobs }) => jobs === 1,
    why: "a lone job waits for no members: it is pending as soon as its work is done",
  },
  {
    cell: /^change accepted/,
    when: lacks("change"),
    why: "the driver takes no change",
  },
  {
    cell: /^change refused in (?:created|running|paused|ready|standby)$/,
    when: ({ shape, isAlone }) => isAlone && shape.can.includes("change"),
    why: "the driver takes changes, and the lifecycle has no other reason to refuse one",
  },
  {
    cell: /^abandon accepted in pending$/,
    when: lacks("commit", "clean"),
    why: "the driver has no step after a commit that could get stuck",
  },
  {
    cell: /^finalize refused in pending$/,
    when: lacks("prepare", "commit", "clean"),
    why: "the driver has no finishing step: a finalize ends the job at once",
  },
  {
    cell: /^aborting -> aborting$| in aborting$/,
    when: lacks("abort", "clean"),
    why: "the driver has no step after an abort: it ends at once",
  },
];

export class Coverage {
  readonly #seen = new Set<string>();

  see({ before, input, decision: { events, refusal } }: Step): void {
    for (const { from, to } of events) {
      if (from !== undefined && to !== undefined) this.#seen.add(edge(from, to));
    }
    if (!("uid" in input)) return;
    const place = before.jobs.findIndex(({ uid }) => uid === input.uid);
    const status = before.jobs[place]?.status ?? "undefined";
    if (isVerb(input.verb)) this.#seen.add(answer(input.verb, status, refusal === undefined));
    const isEvaluated = status === "aborting" && refusal === undefined;
    const isLeft = events.some(({ from }) => from === "aborting");
    if (isEvaluated && !isLeft) this.#seen.add(edge("aborting", "aborting"));
  }

  result(explored: Explored): Covered {
    const excused = gaps.filter(({ when }) => when(explored));
    const wanted = cells.filter((cell) => !excused.some((gap) => gap.cell.test(cell)));
    const missing = wanted.filter((cell) => !this.#seen.has(cell));
    return { cells: wanted.length, reached: wanted.length - missing.length, missing };
  }

  /** What was seen though it was said to be out of reach. */
  surprises(explored: Explored): readonly string[] {
    const excused = gaps.filter(({ when }) => when(explored));
    return [...this.#seen].filter((cell) => excused.some((gap) => gap.cell.test(cell)));
  }
}
