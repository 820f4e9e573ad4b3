/**
 * The exhaustive strategy, for small worlds: every run that leaves the calm one at no more than
 * `deviationsMax` places, one after the other. With one deviation it tries every fault, and every
 * other order, at every place where there could be one; with two, every pair of them.
 */
import { optionAt, type Chooser } from "./chooser.ts";

interface Deviation {
  /** Which choice of the run, counted from 0, and what is chosen there. */
  readonly at: number;
  readonly choice: number;
}

/** Chooses for one of the runs. */
export interface Deviator extends Chooser {
  /** At how many places it leaves the calm run. */
  readonly deviations: number;
}

/**
 * The choosers of all runs, one by one. Each with less than `deviationsMax` deviations must have
 * been used up before the next is asked for: only then is it known where to deviate further.
 */
export function* exhaustive(deviationsMax: number): Generator<Deviator> {
  const open: (readonly Deviation[])[] = [[]];
  for (let run = open.pop(); run !== undefined; run = open.pop()) {
    const deviations = new Map(run.map(({ at, choice }) => [at, choice]));
    const from = (run.at(-1)?.at ?? -1) + 1;
    const mayDeviate = run.length < deviationsMax;
    const next: Deviation[] = [];
    let at = 0;
    yield {
      deviations: run.length,
      pick(site, options) {
        const choice = deviations.get(at) ?? 0;
        if (mayDeviate && at >= from) next.push(...others(options, at));
        at += 1;
        return optionAt(site, options, choice);
      },
    };
    for (const each of next.toReversed()) open.push([...run, each]);
  }
}

/** Every other option than the calm one, once. */
function others(options: readonly unknown[], at: number): readonly Deviation[] {
  const [calm, ...rest] = new Set(options);
  return rest
    .filter((option) => option !== calm)
    .map((option) => ({ at, choice: options.indexOf(option) }));
}
