/**
 * The tail of the log, followed once for everybody who waits for a group of it to move.
 */
import type { Log } from "../bus/bus.ts";

export class Tail implements AsyncDisposable {
  readonly #log: Log;
  readonly #stop = new AbortController();
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();
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

  /** Resolves at the group's next commit, or when the tail ends: `open` again tells. */
  moved(gid: string): Promise<void> {
    const waiting = this.#waiting.get(gid) ?? Promise.withResolvers<void>();
    this.#waiting.set(gid, waiting);
    return waiting.promise;
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
    this.#waiting.get(gid)?.resolve();
    this.#waiting.delete(gid);
  }
}
