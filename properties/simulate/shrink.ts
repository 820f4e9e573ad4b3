/**
 * Shrinking: from a tape that fails to a simpler one that still does (delta debugging). First
 * chunks of choices become calm ones, then chunks are cut out; both with ever smaller chunks.
 */
import type { Tape } from "./chooser.ts";

/** Whether a tape still fails in the way that is looked for. */
export type Fails = (tape: Tape) => Promise<boolean>;

/** The simplest tape found with at most `runsMax` runs. */
export async function shrink(tape: Tape, fails: Fails, runsMax: number): Promise<Tape> {
  const shrinking = new Shrinking(tape, fails, runsMax);
  let before: Tape;
  do {
    before = shrinking.best;
    await shrinking.calm();
    await shrinking.cut();
  } while (shrinking.best !== before && !shrinking.isSpent);
  return shrinking.best;
}

class Shrinking {
  readonly #fails: Fails;
  #best: Tape;
  #runsLeft: number;

  constructor(tape: Tape, fails: Fails, runsMax: number) {
    this.#best = trimmed(tape);
    this.#fails = fails;
    this.#runsLeft = runsMax;
  }

  get best(): Tape {
    return this.#best;
  }

  get isSpent(): boolean {
    return this.#runsLeft === 0;
  }

  /** Makes chunks of what is not calm calm. */
  async calm(): Promise<void> {
    await this.#inChunks(restless, (tape, chunk) => {
      const calmed = new Set(chunk);
      return tape.map((choice, index) => (calmed.has(index) ? 0 : choice));
    });
  }

  /** Cuts chunks out. */
  async cut(): Promise<void> {
    await this.#inChunks(everywhere, (tape, [first = 0, ...rest]) =>
      tape.toSpliced(first, rest.length + 1),
    );
  }

  /** Tries the change on chunk after chunk of the places, halving the chunks again and again. */
  async #inChunks(
    placesOf: (tape: Tape) => readonly number[],
    change: (tape: Tape, chunk: readonly number[]) => Tape,
  ): Promise<void> {
    for (let size = Math.ceil(placesOf(this.#best).length / 2); size >= 1; size >>= 1) {
      let from = 0;
      for (;;) {
        const chunk = placesOf(this.#best).slice(from, from + size);
        if (chunk.length === 0 || this.isSpent) break;
        if (!(await this.#improves(change(this.#best, chunk)))) from += size;
      }
    }
  }

  async #improves(tape: Tape): Promise<boolean> {
    this.#runsLeft -= 1;
    if (!(await this.#fails(tape))) return false;
    this.#best = trimmed(tape);
    return true;
  }
}

function everywhere(tape: Tape): readonly number[] {
  return [...tape.keys()];
}

/** Where the tape is not calm. */
function restless(tape: Tape): readonly number[] {
  return tape.flatMap((choice, index) => (choice === 0 ? [] : [index]));
}

/** Without the calm choices at its end, which are made anyway. */
function trimmed(tape: Tape): Tape {
  return tape.slice(0, tape.findLastIndex((choice) => choice !== 0) + 1);
}
