/**
 * The tail of the log, followed once for everybody who waits for a group of it to move.
 */
import type { Log } from "../bus/bus.ts";

interface Wait extends Disposable {
  /** Resolves at the next commit, or when the tail ends: `open` again tells. */
  readonly moved: Promise<void>;
}

export class Tail implements AsyncDisposable {
  readonly #log: Log;
  readonly #stop = new AbortController();
  readonly #waiting = new Map<string, Set<() => void>>();
  #opening: Promise<void> | undefined;
  #following: Promise<void> | undefined;
  #failure: unknown;

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * Begins to follow, if nobody did before: what is appended from here on is not missed. Fails
   * once the log could not be followed any more, or the tail was closed.
   */
  async open(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#opening ??= this.#begin();
    await this.#opening;
  }

  /** Begins to wait for the group's next commit, until it is disposed of. */
  next(gid: string): Wait {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(gid) ?? new Set();
    this.#waiting.set(gid, waiting.add(resolve));
    return {
      moved: promise,
      [Symbol.dispose]: () => {
        waiting.delete(resolve);
        if (waiting.size === 0 && this.#waiting.get(gid) === waiting) this.#waiting.delete(gid);
      },
    };
  }

  /** How many groups somebody waits for. */
  get size(): number {
    return this.#waiting.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  async #begin(): Promise<void> {
    const head = await this.#log.head();
    this.#following = this.#follow(head);
  }

  async #follow(after: number): Promise<void> {
    try {
      for await (const batch of this.#log.follow(after, this.#stop.signal)) {
        for (const { gid } of batch) this.#wake(gid);
      }
      this.#failure = new Error("the system was closed");
    } catch (error) {
      this.#failure = error;
    }
    for (const gid of this.#waiting.keys()) this.#wake(gid);
  }

  #wake(gid: string): void {
    for (const resolve of this.#waiting.get(gid) ?? []) resolve();
    this.#waiting.delete(gid);
  }
}
