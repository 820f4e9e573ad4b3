/**
 * The priority strategy (PCT: Burckhardt et al. 2010): each process has a priority, and whoever has
 * the highest goes first for as long as it has something to do; at `changes` moments of the run
 * whoever is going falls behind all others. It finds what needs one process to be starved for long,
 * which evenly random orders hardly ever do. What befalls the processes is not held back, and other
 * choices are random.
 */
import type { Chooser } from "./chooser.ts";
import { drawn, randomNumbers } from "./random.ts";

/** An option that is somebody's turn. */
interface Turn {
  readonly who: string;
}

/** How many turns a run has, about: the moments of change are spread over so many. */
const turnsMax = 2_000;

export function pct(seed: number, changes: number): Chooser {
  const next = randomNumbers(seed);
  const priorities = new Map<string, number>();
  const changeAt = new Set(Array.from({ length: changes }, () => Math.floor(next() * turnsMax)));
  let turns = 0;
  let lowest = 0;
  const priorityOf = ({ who }: Turn): number => {
    if (who === "world") return Infinity;
    const known = priorities.get(who) ?? next();
    priorities.set(who, known);
    return known;
  };
  return {
    pick(site, options) {
      if (!options.every(isTurn)) return drawn(site, options, next());
      let best = drawn(site, options, 0);
      for (const option of options) {
        if (priorityOf(option as Turn) > priorityOf(best as Turn)) best = option;
      }
      turns += 1;
      if (changeAt.has(turns)) priorities.set((best as Turn).who, (lowest -= 1));
      return best;
    },
  };
}

function isTurn(option: unknown): option is Turn {
  return typeof option === "object" && option !== null && "who" in option;
}
