/**
 * A bell: wakes who waits for news, without losing a ring. Note `rings`, look for news, and wait
 * with `after` only if there were none: a ring in between ends the wait at once.
 */
export class Bell {
  #rings = 0;
  readonly #sleepers = new Set<() => void>();

  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings += 1;
    for (const wake of this.#sleepers) wake();
  }

  /** Resolves once the bell has rung more often than `seen`, or `signal` aborts. */
  async after(seen: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#rings > seen) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    this.#sleepers.add(wake);
    signal.addEventListener("abort", wake);
    await promise;
    this.#sleepers.delete(wake);
    signal.removeEventListener("abort", wake);
  }
}
