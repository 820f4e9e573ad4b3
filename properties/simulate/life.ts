/**
 * One life of a process: its own clock and timers, its own line to the bus. It can be frozen,
 * partitioned and killed; what is killed never does anything again, and its successor is a life of
 * its own that knows nothing of it.
 */
import type { Bus, Shelf } from "../../bus/bus.ts";
import type { World } from "../../bus/world.ts";
import type { Chooser } from "./chooser.ts";
import type { Faults } from "./fate.ts";
import { Line, type Observer } from "./line.ts";
import type { Schedule } from "./schedule.ts";
import { sleeping } from "./sleeping.ts";

/** When every simulation begins, milliseconds since 1970. */
export const startMs = Date.UTC(2026, 0, 1);

const skewMsMax = 15_000;
/** A little longer than a lease, and much. */
const stallsMs = [4_500, 4_100, 8_000];

export interface Surroundings {
  readonly bus: Bus;
  readonly schedule: Schedule;
  readonly chooser: Chooser;
  readonly faults: () => Faults;
  readonly observer: Observer;
  /** A fresh id, of all processes. */
  readonly id: () => string;
}

export class Life {
  /** `w1#2`: the second life of w1. */
  readonly name: string;
  readonly world: World;
  readonly line: Line;
  readonly bus: Bus;
  readonly #schedule: Schedule;
  readonly #onEnd: (life: Life) => void;
  #skewMs: number;
  #cutUntilMs = 0;
  #isDead = false;

  constructor(
    name: string,
    around: Surroundings,
    { shelf, skewMs, onEnd }: { shelf: Shelf; skewMs: number; onEnd: (life: Life) => void },
  ) {
    const { schedule, chooser } = around;
    this.name = name;
    this.#schedule = schedule;
    this.#skewMs = skewMs;
    this.#onEnd = onEnd;
    const bornMs = schedule.nowMs;
    this.world = {
      now: () => startMs + schedule.nowMs + this.#skewMs,
      monotonic: () => schedule.nowMs - bornMs,
      sleep: (ms, signal) => sleeping(schedule, { who: name, ms, signal }),
      random: () => chooser.pick("random", [0.5, 0, 0.95]),
      id: around.id,
    };
    this.line = new Line({
      ...around,
      life: name,
      isCut: () => schedule.nowMs < this.#cutUntilMs,
      crash: () => this.kill(),
      stall: () => this.freeze(chooser.pick("stalled for", stallsMs)),
    });
    this.bus = { ...this.line.bus, shelf };
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Nothing of it ever happens again. */
  kill(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#schedule.drop(this.name);
    this.line.cut();
    this.#onEnd(this);
  }

  /** Nothing of it happens for so long; then it goes on as if no time had passed. */
  freeze(forMs: number): void {
    this.#schedule.hold(this.name, this.#schedule.nowMs + forMs);
  }

  /** It does not reach the bus, nor the bus it, for so long. */
  partition(forMs: number): void {
    this.#cutUntilMs = this.#schedule.nowMs + forMs;
    this.line.cut();
  }

  /** Its wall clock is set forward, or back, but never far from the others'. */
  jump(ms: number): void {
    this.#skewMs = Math.min(skewMsMax, Math.max(-skewMsMax, this.#skewMs + ms));
  }

  /** It is well again. */
  heal(): void {
    this.#cutUntilMs = 0;
  }
}
