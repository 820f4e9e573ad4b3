/**
 * The meter: where a run's work stands, and at which rate. Samples are ephemeral, at most ten a
 * second; they never go back within an epoch.
 */
import type { Signals } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import type { Progress, StepName } from "../machines/record.ts";

/** A sample as it is published under `progress.<uid>`. */
export interface Sample extends Progress {
  readonly epoch: number;
  /** Units a second over the last seconds, null at first. */
  readonly rate: number | null;
  /** A finishing step's own progress, while one is at work. */
  readonly step?: Progress & { readonly name: StepName };
  /** Milliseconds since 1970. */
  readonly at: number;
}

const sampleMs = 100;
const rateOverMs = 3_000;

/** Fails with a TypeError when a driver's progress is not two finite numbers. */
export function expectAmounts(current: number, total: number): void {
  if (Number.isFinite(current) && Number.isFinite(total)) return;
  throw new TypeError(`progress: expected two finite numbers, found ${current} and ${total}`);
}

export class Meter {
  readonly #publish: (sample: Omit<Sample, "epoch">) => void;
  readonly #world: World;
  #past: { readonly current: number; readonly at: number }[] = [];
  #progress: Progress;
  #sampledAt = -Infinity;

  constructor(
    start: Progress,
    { signals, world, uid, epoch }: { signals: Signals; world: World; uid: string; epoch: number },
  ) {
    this.#progress = start;
    this.#world = world;
    this.#publish = (sample) => {
      signals.publish(`progress.${uid}`, JSON.stringify({ epoch, ...sample }));
    };
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** The run's progress. */
  update(current: number, total: number): void {
    this.#progress = { current: Math.max(current, this.#progress.current), total };
    if (!this.#isDue()) return;
    const now = this.#sampledAt;
    this.#past = this.#past.filter(({ at }) => now - at <= rateOverMs);
    const [oldest] = this.#past;
    this.#past.push({ current: this.#progress.current, at: now });
    const rate =
      oldest && now > oldest.at
        ? Math.round(((this.#progress.current - oldest.current) * 1000) / (now - oldest.at))
        : null;
    this.#publish({ ...this.#progress, rate, at: this.#world.now() });
  }

  /** A finishing step's progress; the run's own stays where it is. */
  updateStep(name: StepName, current: number, total: number): void {
    if (!this.#isDue()) return;
    const at = this.#world.now();
    this.#publish({ ...this.#progress, rate: null, at, step: { name, current, total } });
  }

  #isDue(): boolean {
    const now = this.#world.monotonic();
    if (now - this.#sampledAt < sampleMs) return false;
    this.#sampledAt = now;
    return true;
  }
}
