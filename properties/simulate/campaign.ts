/**
 * A campaign: many runs, one after the other, until one fails, all are made, or it is told to stop.
 */
import type { Chooser } from "./chooser.ts";
import { exhaustive } from "./exhaustive.ts";
import { judge } from "./judge.ts";
import { chooserOf, simulate, type Options, type Outcome } from "./simulate.ts";

export interface Plan extends Options {
  /** The first seed; of the exhaustive strategy, which has none, the first run, from 1 on. */
  readonly seed: number;
  /** How many seeds; of the exhaustive strategy, how many runs, of which there may be fewer. */
  readonly count: number;
  /** At how many places the exhaustive strategy leaves the calm run, at most. Default 3. */
  readonly deviationsMax?: number;
  /** Every how manyth of them is run here: several campaigns share the work. Default 1. */
  readonly stride?: number;
}

export interface Judged {
  readonly seed: number;
  readonly outcome: Outcome;
}

interface Run {
  readonly seed: number;
  readonly chooser: Chooser;
}

/** Every run in its turn; the one that is broken is the last. */
export async function* campaign(plan: Plan): AsyncGenerator<Judged> {
  const runs = plan.strategy === "exhaustive" ? deviating(plan) : seeded(plan, plan.strategy);
  for await (const { seed, chooser } of runs) {
    const outcome = await judge(chooser, plan);
    yield { seed, outcome };
    if (outcome.broken !== undefined) return;
  }
}

function* seeded({ seed, count, stride = 1 }: Plan, strategy: "random" | "pct"): Generator<Run> {
  for (let run = 0; run < count; run += stride) {
    yield { seed: seed + run, chooser: chooserOf(strategy, seed + run) };
  }
}

/** More deviations than that nobody has the time for. */
const deviationsEver = 3;

/** First the calm run, then those with one deviation, then those with two: each of them once. */
async function* deviating(plan: Plan): AsyncGenerator<Run> {
  const { seed, count, stride = 1, deviationsMax = deviationsEver } = plan;
  let run = 0;
  for (let most = 0; most <= deviationsMax; most += 1) {
    for (const chooser of exhaustive(most)) {
      if (chooser.deviations < most) {
        // Its turn was before; here it only shows where it can be left.
        await simulate(chooser, { ...plan, isUnchecked: true });
        continue;
      }
      run += 1;
      if (run >= seed + count) return;
      if (run >= seed && (run - seed) % stride === 0) yield { seed: run, chooser };
    }
  }
}
