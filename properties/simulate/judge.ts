/**
 * Judging a run: it must hold all that must hold, and the same choices must make the same run
 * again. What fails is shrunk.
 */
import type { Chooser, Tape } from "./chooser.ts";
import { replay } from "./replay.ts";
import { shrink } from "./shrink.ts";
import { simulate, type Options, type Outcome } from "./simulate.ts";
import { lengthOf } from "./story.ts";

/** What is shown of a digest. */
const digestDigits = 12;

/** Runs it twice; the outcome is the first run's, broken too when the second was another one. */
export async function judge(chooser: Chooser, options: Options): Promise<Outcome> {
  const first = await simulate(chooser, options);
  if (first.broken !== undefined) return first;
  const second = await simulate(replay(first.tape), { ...options, isUnchecked: true });
  if (second.digest === first.digest) return first;
  const [one, other] = [first, second].map(({ digest }) => digest.slice(0, digestDigits));
  const end = second.broken === undefined ? "" : `, which ended with: ${second.broken}`;
  const broken = `L8 the same choices made two runs: ${one} and ${other}${end}`;
  return { ...first, broken };
}

export interface Shrinking {
  readonly runsMax: number;
  /** Hears how many runs were made. */
  readonly onRun?: (runs: number) => void;
  /** Ends it with the simplest found so far. */
  readonly signal?: AbortSignal;
}

/**
 * The outcome of the simplest tape found within `runsMax` runs that breaks the same sentence, and
 * has no longer a story; of the tape itself when one run of it does not show what two have shown.
 */
export async function shrunk(
  found: Outcome,
  options: Options,
  { runsMax, onRun, signal }: Shrinking,
): Promise<Outcome> {
  const wanted = kindOf(found.broken ?? "");
  let best = found;
  let runs = 0;
  const fails = async (tape: Tape): Promise<boolean> => {
    if (signal?.aborted === true) return false;
    const outcome = await simulate(replay(tape), options);
    runs += 1;
    onRun?.(runs);
    if (outcome.broken === undefined || kindOf(outcome.broken) !== wanted) return false;
    if (lengthOf(outcome) > lengthOf(best)) return false;
    best = outcome;
    return true;
  };
  if (await fails(found.tape)) await shrink(found.tape, fails, runsMax - 1);
  return best;
}

/** The number of the sentence that was broken; else its words without names and numbers. */
function kindOf(broken: string): string {
  const number = /\b[SVGLFE]\d+\b/.exec(broken)?.[0];
  return number ?? broken.replaceAll(/\d+|\b[gi][a-z0-9]{15,}/g, "");
}
