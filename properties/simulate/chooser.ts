/**
 * Choosing: the one door through which chance enters a simulation. Whoever has a choice to make
 * names the place and the options; a strategy (random.ts, pct.ts, exhaustive.ts, replay.ts) picks.
 * What was picked is the tape, and the tape alone makes the same run again.
 *
 * The first option is always the calm one: nothing fails, nobody is late, the smallest number. So
 * a tape of zeros is a run in which nothing goes wrong, and cutting a tape makes a run simpler.
 */

export interface Chooser {
  /**
   * One of the options, of which there must be some. An option that is listed more often is
   * likelier; strategies that try every option try it once.
   */
  pick<T>(site: string, options: readonly T[]): T;
}

/** What was picked, in order: each the index of the first option that is the same. */
export type Tape = readonly number[];

export class Recorder implements Chooser {
  readonly #chooser: Chooser;
  readonly #tape: number[] = [];

  constructor(chooser: Chooser) {
    this.#chooser = chooser;
  }

  pick<T>(site: string, options: readonly T[]): T {
    if (options.length === 1) return optionAt(site, options, 0);
    const picked = this.#chooser.pick(site, options);
    this.#tape.push(options.indexOf(picked));
    return picked;
  }

  /** Without the calm choices at its end, which are made anyway. */
  get tape(): Tape {
    return this.#tape.slice(0, this.#tape.findLastIndex((choice) => choice !== 0) + 1);
  }

  /** How many choices were made. */
  get length(): number {
    return this.#tape.length;
  }
}

/** The option at an index; the calm one when there is none. */
export function optionAt<T>(site: string, options: readonly T[], index: number): T {
  if (options.length === 0) throw new Error(`${site}: nothing to choose from`);
  return options[index < options.length ? index : 0] as T;
}

const lists = new Map<string, readonly boolean[]>();

/** True about once in `times`; never when `times` is 0. */
export function rarely(chooser: Chooser, site: string, times: number): boolean {
  if (times === 0) return false;
  const key = `rarely ${times}`;
  const options = lists.get(key) ?? Array.from({ length: times }, (_, at) => at === times - 1);
  lists.set(key, options);
  return chooser.pick(site, options);
}

/** True about as often as not; never under a strategy that keeps calm. */
export function evenly(chooser: Chooser, site: string): boolean {
  return chooser.pick(site, [false, true]);
}
