/**
 * The protocol of names, explored: every order in which two or three real desks can take their
 * steps on one bus while they create, cancel and die. Every schedule is played from the start
 * (stage.ts); one that comes to where another has been is not played on. Start here.
 */
import type { Violation } from "../invariants/invariants.ts";
import type { Around } from "./creator.ts";
import { plansFor, type Plan } from "./plans.ts";
import { Stage, type Faults } from "./stage.ts";

export interface NamesOptions {
  /** Creators, 2 to 4. */
  readonly processes: number;
  readonly crashes: number;
  readonly lostAnswers: number;
  /** Default: no limit. */
  readonly schedulesMax?: number;
  /** Stops at the first violation. */
  readonly bail?: boolean;
  /** How often the time passes after which a silent creator counts as dead. Default 1. */
  readonly graces?: number;
  /** What the creators set out to do. Default: every plan for so many. */
  readonly plans?: readonly Plan[];
  /** Puts a fault between every process and its bus, to see that it is noticed. */
  readonly around?: Around;
  /** Called with how many schedules were played, after each. */
  readonly onProgress?: (schedules: number) => void;
}

export interface NamesExploration {
  /** Schedules played, those that ended where another had been included. */
  readonly schedules: number;
  /** Different places that they led to. */
  readonly states: number;
  readonly steps: number;
  /** Of each sentence the shortest sequence that was found to break it. */
  readonly violations: readonly NamesViolation[];
  /** Everything was seen: neither `schedulesMax` nor `bail` stopped it. */
  readonly isComplete: boolean;
}

interface NamesViolation {
  /** The sentence's number. */
  readonly invariant: string;
  readonly text: string;
  /** What the creators set out to do, and then what happened. */
  readonly sequence: readonly string[];
}

/** Plays every schedule of every plan. */
export async function exploreNames(options: NamesOptions): Promise<NamesExploration> {
  const { processes, plans = plansFor(processes) } = options;
  const search = new Search(options);
  for (const plan of plans) await search.play(plan);
  return search.result();
}

class Search {
  readonly #faults: Faults;
  readonly #around: Around;
  readonly #schedulesMax: number;
  readonly #bail: boolean;
  readonly #onProgress: NamesOptions["onProgress"];
  readonly #found = new Map<string, NamesViolation>();
  #schedules = 0;
  #states = 0;
  #steps = 0;
  #isComplete = true;

  constructor({ crashes, lostAnswers, graces = 1, ...how }: NamesOptions) {
    this.#faults = { crashes, lostAnswers, graces };
    this.#schedulesMax = how.schedulesMax ?? Infinity;
    this.#bail = how.bail ?? false;
    this.#onProgress = how.onProgress;
    this.#around = how.around ?? ((ports) => ports);
  }

  /** Depth first; the choices not taken are gone back to later. */
  async play(plan: Plan): Promise<void> {
    const seen = new Set<string>();
    const open: (readonly number[])[] = [[]];
    for (let way = open.pop(); way !== undefined; way = open.pop()) {
      if (this.#schedules === this.#schedulesMax || (this.#bail && this.#found.size > 0)) {
        this.#isComplete = false;
        return;
      }
      this.#schedules += 1;
      open.push(...(await this.#playOn(plan, way, seen)));
      this.#onProgress?.(this.#schedules);
    }
    this.#states += seen.size;
  }

  result(): NamesExploration {
    return {
      schedules: this.#schedules,
      states: this.#states,
      steps: this.#steps,
      violations: [...this.#found.values()],
      isComplete: this.#isComplete,
    };
  }

  /** Goes the way, and on to the end by the first choices; returns the ways that it passed by. */
  async #playOn(
    plan: Plan,
    way: readonly number[],
    seen: Set<string>,
  ): Promise<readonly (readonly number[])[]> {
    const stage = await Stage.open(plan, this.#faults, this.#around);
    for (const index of way) await this.#step(stage, index);
    const passed: (readonly number[])[] = [];
    for (let path = way; this.#isSound(plan, stage); path = [...path, 0]) {
      if (seen.has(stage.key)) return passed;
      seen.add(stage.key);
      const { length } = stage.choices();
      if (length === 0) {
        await stage.end();
        this.#isSound(plan, stage);
        return passed;
      }
      const here = path;
      passed.push(...Array.from({ length: length - 1 }, (_, index) => [...here, index + 1]));
      await this.#step(stage, 0);
    }
    return passed;
  }

  async #step(stage: Stage, index: number): Promise<void> {
    const choice = stage.choices()[index];
    if (choice === undefined) throw new Error(`choice ${index} is gone: the schedule is not pure`);
    await stage.take(choice);
    this.#steps += 1;
  }

  /** Keeps what was broken; what lies behind it would only show the same again. */
  #isSound({ title }: Plan, { violations, told }: Stage): boolean {
    for (const { id, text } of violations) this.#keep(id, text, [title, ...told]);
    return violations.length === 0;
  }

  #keep(invariant: string, text: Violation["text"], sequence: readonly string[]): void {
    const known = this.#found.get(invariant);
    if (known !== undefined && known.sequence.length <= sequence.length) return;
    this.#found.set(invariant, { invariant, text, sequence });
  }
}
