/**
 * A world in which time can be pushed on, and otherwise runs a hundred times faster: what takes ten
 * seconds takes a tenth of one.
 */
import { realWorld, type World } from "../world.ts";

const factor = 100;

export class FastWorld implements World {
  #pushedMs = 0;

  now(): number {
    return realWorld.now() + this.monotonic() + this.#pushedMs;
  }

  monotonic(): number {
    return realWorld.monotonic() * factor;
  }

  sleep(ms: number, signal?: AbortSignal, options?: { background?: boolean }): Promise<void> {
    return realWorld.sleep(ms / factor, signal, options);
  }

  random(): number {
    return realWorld.random();
  }

  id(): string {
    return realWorld.id();
  }

  /** Moves the wall clock, and nothing else. */
  push(ms: number): void {
    this.#pushedMs += ms;
  }
}
