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
  /** When `current` grew last in this epoch, milliseconds since 1970; null while it has not. */
  readonly movedAt: number | null;
  /** The speed limit lets nothing move before, milliseconds since 1970; null when it does. */
  readonly restsUntil: number | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const sampleMs = 100;
const rateOverMs = 3_000;
/** A bus does not keep samples for ever, and those that came late are left out at first. */
const remindMs = 600_000;
/** Shorter rests are nobody's concern. */
const restMsMin = 1_000;

/** Fails with a TypeError when a driver's progress is not two finite numbers. */
export function expectAmounts(current: number, total: number): void {
  if (Number.isFinite(current) && Number.isFinite(total)) return;
  throw new TypeError(`progress: expected two finite numbers, found ${current} and ${total}`);
}

export class Meter {
  readonly #publish: (sample: Omit<Sample, "epoch">) => void;
  readonly #world: World;
  /** The steps forward of late, and always the last two. */
  #past: { readonly current: number; readonly at: number }[] = [];
  #progress: Progress;
  #rate: number | null = null;
  #step: Sample["step"];
  #movedAt: number | null = null;
  #restsUntil: number | null = null;
  /** By the monotonic clock. */
  #sampledAt = -Infinity;
  #isSaid = true;

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
    if (current > this.#progress.current) this.#movedAt = this.#world.now();
    this.#progress = { current: Math.max(current, this.#progress.current), total };
    this.#isSaid = false;
    if (!this.#isDue()) return;
    this.#rate = this.#rateNow();
    this.#say();
  }

  /** From step to step: who takes one a second is not at rest in between. */
  #rateNow(): number | null {
    const at = this.#world.monotonic();
    const { current } = this.#progress;
    const last = this.#past.at(-1);
    if (last === undefined || current > last.current) this.#past.push({ current, at });
    this.#past = this.#past.filter((step, index, { length }) => {
      return at - step.at <= rateOverMs || index >= length - 2;
    });
    const [oldest, newest] = [this.#past[0], this.#past.at(-1)];
    if (oldest === undefined || newest === undefined) return null;
    const until = at - newest.at > rateOverMs ? at : newest.at;
    if (until <= oldest.at) return null;
    return Math.round(((newest.current - oldest.current) * 1000) / (until - oldest.at));
  }

  /** The speed limit makes the run rest for so long, counted from now. */
  rest(ms: number): void {
    const until = this.#world.now() + ms;
    if (ms < restMsMin && (this.#restsUntil ?? 0) <= until) return;
    this.#restsUntil = until;
    this.#say();
  }

  /** Says again where the work stands if that was not said, or so long ago that it may be lost. */
  remind(): void {
    const sinceMs = this.#world.monotonic() - this.#sampledAt;
    if (this.#isSaid && (sinceMs === Infinity || sinceMs < remindMs)) return;
    this.#rate = null;
    this.#say();
  }

  /** A finishing step's progress; the run's own stays where it is. */
  updateStep(name: StepName, current: number, total: number): void {
    if (!this.#isDue()) return;
    this.#rate = null;
    this.#step = { name, current, total };
    this.#say();
  }

  #isDue(): boolean {
    return this.#world.monotonic() - this.#sampledAt >= sampleMs;
  }

  #say(): void {
    this.#sampledAt = this.#world.monotonic();
    this.#isSaid = true;
    this.#publish({
      ...this.#progress,
      rate: this.#rate,
      movedAt: this.#movedAt,
      restsUntil: this.#restsUntil,
      at: this.#world.now(),
      ...(this.#step === undefined ? {} : { step: this.#step }),
    });
  }
}
