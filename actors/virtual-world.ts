/**
 * A world for tests in which nothing happens by itself: time stands still until it is told to move
 * on, and then goes from one sleeper's deadline to the next, letting each do what it woke up for.
 */
import { setImmediate } from "node:timers/promises";
import type { World } from "../bus/world.ts";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

const startMs = Date.UTC(2026, 0, 1);
const alphabet = "abcdefghijklmnop";

export class VirtualWorld implements World {
  readonly #sleepers = new Set<Sleeper>();
  #ms = 0;
  #jumpedMs = 0;
  #ids = 0;

  now(): number {
    return startMs + this.#ms + this.#jumpedMs;
  }

  monotonic(): number {
    return this.#ms;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    const sleeper = { at: this.#ms + Math.max(0, ms), wake };
    this.#sleepers.add(sleeper);
    signal?.addEventListener("abort", wake, { once: true });
    await promise;
    this.#sleepers.delete(sleeper);
    signal?.removeEventListener("abort", wake);
  }

  random(): number {
    return 0.5;
  }

  id(): string {
    this.#ids += 1;
    const digits = this.#ids.toString(16).padStart(16, "0");
    return Array.from(digits, (digit) => alphabet[Number.parseInt(digit, 16)]).join("");
  }

  /** Lets everything happen that can happen now. */
  async settle(): Promise<void> {
    await setImmediate();
  }

  /** Moves on by `ms`, deadline by deadline. */
  async advance(ms: number): Promise<void> {
    const until = this.#ms + ms;
    await this.settle();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#ms = Math.max(this.#ms, next.at);
      this.#sleepers.delete(next);
      next.wake();
      await this.settle();
    }
    this.#ms = until;
  }

  /** The wall clock is set forward (or back); nobody wakes up for it. */
  jump(ms: number): void {
    this.#jumpedMs += ms;
  }

  /** Moves on, at most by `withinMs`, until `isSo`; fails when it never is. */
  async until(isSo: () => boolean | Promise<boolean>, withinMs = 120_000): Promise<void> {
    const last = this.#ms + withinMs;
    await this.settle();
    while (!(await isSo())) {
      const next = this.#next(last);
      if (next === undefined) throw new Error(`not so within ${withinMs} ms: ${String(isSo)}`);
      await this.advance(next.at - this.#ms);
    }
  }

  #next(until: number): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.at <= until && (first === undefined || sleeper.at < first.at)) first = sleeper;
    }
    return first;
  }
}
