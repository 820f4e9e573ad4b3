/**
 * The tally of many runs: how many there were, how far they went, which marks they came to. Plain
 * data, so that it can be sent from one thread to another, and added up.
 */
import type { Judged } from "./campaign.ts";
import type { Tape } from "./chooser.ts";
import type { Noticed } from "./loss.ts";

export interface Tally {
  readonly runs: number;
  readonly steps: number;
  /** The longest run's. */
  readonly stepsMost: number;
  readonly simulatedMs: number;
  readonly marks: readonly string[];
  /** The losses of the log's end, with how many of all lives noticed, and the slowest. */
  readonly losses: Losses;
  /** The first run that was broken. */
  readonly failure?: Failure;
}

/** How many there were, and of them all what Noticed says of one. */
interface Losses extends Noticed {
  readonly count: number;
}

interface Failure {
  readonly seed: number;
  readonly broken: string;
  readonly tape: Tape;
}

const noLosses: Losses = { count: 0, commits: 0, lives: 0, slowestMs: 0 };

export const noRuns: Tally = {
  runs: 0,
  steps: 0,
  stepsMost: 0,
  simulatedMs: 0,
  marks: [],
  losses: noLosses,
};

export function tallyOf({ seed, outcome }: Judged): Tally {
  const { broken, steps, simulatedMs, marks, tape, simulation } = outcome;
  const { noticed } = simulation.loss;
  const losses = noticed === undefined ? noLosses : { count: 1, ...noticed };
  const tally = { runs: 1, steps, stepsMost: steps, simulatedMs, marks: [...marks], losses };
  return broken === undefined ? tally : { ...tally, failure: { seed, broken, tape } };
}

export function sumOf(one: Tally, other: Tally): Tally {
  const failure = one.failure ?? other.failure;
  return {
    runs: one.runs + other.runs,
    steps: one.steps + other.steps,
    stepsMost: Math.max(one.stepsMost, other.stepsMost),
    simulatedMs: one.simulatedMs + other.simulatedMs,
    marks: [...new Set([...one.marks, ...other.marks])],
    losses: {
      count: one.losses.count + other.losses.count,
      commits: one.losses.commits + other.losses.commits,
      lives: one.losses.lives + other.losses.lives,
      slowestMs: Math.max(one.losses.slowestMs, other.losses.slowestMs),
    },
    ...(failure === undefined ? {} : { failure }),
  };
}
