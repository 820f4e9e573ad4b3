/**
 * The progress that a program prints, by a pattern with the named groups `current`, `total` and
 * `percent`. What a line does not say is taken from the lines before it.
 */
import { amountOf } from "./amounts.ts";
import { compiled, lastMatch, type Groups } from "./pattern.ts";
import { presets } from "./presets.ts";

/** Progress is drawn again and again: of many lines at once, the last ones say it. */
const linesMax = 50;

export interface ReadProgress {
  readonly current: number;
  /** 0: nobody knows. */
  readonly total: number;
}

export class ProgressReader {
  readonly #pattern: RegExp;
  #total: number | undefined;
  /** Undefined until a line has said it. */
  progress: ReadProgress | undefined;
  /** What is done in units that can be charged; percents cannot. */
  units: number | undefined;

  /** `given`: a preset's name, or a pattern. Fails with an error for people. */
  constructor(given: string) {
    this.#pattern = compiled(isPreset(given) ? presets[given] : given, `progress '${given}'`);
    if (/\(\?<(?:current|percent)>/.test(this.#pattern.source)) return;
    const known = Object.keys(presets).join(", ");
    throw new Error(
      `progress '${given}' has neither a group (?<current>…) nor (?<percent>…), ` +
        `and is none of ${known}`,
    );
  }

  /** Fails with TooSlow. */
  read(lines: readonly string[]): void {
    const said = lastMatch(this.#pattern, lines.slice(-linesMax));
    if (said !== undefined) this.#take(said);
  }

  #take(said: Groups): void {
    const percent = amountOf(said["percent"]);
    const units = amountOf(said["current"]);
    this.#total = amountOf(said["total"]) ?? this.#total;
    if (units !== undefined) this.units = units;
    const current = units ?? shareOf(this.#total, percent);
    if (current !== undefined) {
      this.progress = { current, total: this.#total ?? wholeOf(current, percent) };
    } else if (percent !== undefined) {
      this.progress = { current: percent, total: 100 };
    }
  }
}

function isPreset(name: string): name is keyof typeof presets {
  return Object.hasOwn(presets, name);
}

function shareOf(total: number | undefined, percent: number | undefined): number | undefined {
  return total === undefined || percent === undefined ? undefined : (total * percent) / 100;
}

/** About how much it is in all, when so much is so many percent of it. */
function wholeOf(current: number, percent: number | undefined): number {
  const whole = percent === undefined || percent === 0 ? 0 : Math.round((current * 100) / percent);
  return Number.isFinite(whole) ? whole : 0;
}
