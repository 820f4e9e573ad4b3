/**
 * A lease: the expiring value that says a worker's session is alive. A session whose lease could
 * not be renewed in time stops itself before anybody else may think it gone; its id is never used
 * again.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Tags, Values } from "../bus/bus.ts";
import { tokenOf } from "../bus/token.ts";
import type { World } from "../bus/world.ts";
import { isPassing } from "./patience.ts";
import { whyNotTags } from "./tag-form.ts";
import { whyNotWorkerName } from "./worker-name.ts";

export interface SessionInfo {
  readonly session: string;
  readonly worker: string;
  readonly host: string;
  readonly pid: number;
  /** What it takes when it is offered; none when it runs only jobs of its own. */
  readonly types: readonly string[];
  readonly concurrency: number;
  /** What it has, and jobs may require. */
  readonly tags: Tags;
}

const prefix = "lease.";

export class Lease implements AsyncDisposable {
  readonly info: SessionInfo;
  readonly #values: Values;
  readonly #key: string;
  readonly #world: World;
  readonly #ttlMs: number;
  readonly #ended = new AbortController();
  #version = 0;
  #deadline = { wall: 0, monotonic: 0 };
  #loops: Promise<unknown> = Promise.resolve();

  private constructor(values: Values, world: World, info: SessionInfo, ttlMs: number) {
    this.#values = values;
    this.#key = `${prefix}${tokenOf(info.worker)}.${info.session}`;
    this.#world = world;
    this.info = info;
    this.#ttlMs = ttlMs;
  }

  /**
   * Begins a session; renews until it is disposed of or lost. Fails with a TypeError when its
   * worker's name or tags are malformed.
   */
  static async open(
    values: Values,
    world: World,
    info: SessionInfo,
    ttlMs: number,
  ): Promise<Lease> {
    const why = whyNotWorkerName(info.worker) ?? whyNotTags(info.tags);
    if (why !== undefined) throw new TypeError(`worker '${info.worker}': ${why}`);
    const lease = new Lease(values, world, info, ttlMs);
    await lease.#renew();
    lease.#loops = Promise.all([lease.#keep(), lease.#watch()]);
    return lease;
  }

  /** The sessions that are alive by their leases. */
  static async live(values: Values): Promise<readonly SessionInfo[]> {
    const leases = await values.list(prefix);
    return leases.map(({ value }) => Object.assign({ tags: {} }, JSON.parse(value) as SessionInfo));
  }

  /** Aborts when the session is over, whatever ended it. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Whether the session may still act: its deadline has passed on neither clock. */
  isAlive(): boolean {
    const { wall, monotonic } = this.#deadline;
    const inTime = this.#world.now() < wall && this.#world.monotonic() < monotonic;
    if (!inTime) this.#ended.abort();
    return !this.#ended.signal.aborted;
  }

  /** Ends the session now; whoever waits for `ended` goes on. */
  end(): void {
    this.#ended.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#loops;
    try {
      await this.#values.remove(this.#key, this.#version);
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
    }
  }

  async #renew(): Promise<void> {
    const marginMs = this.#ttlMs / 5;
    const lastsMs = this.#ttlMs - marginMs;
    const deadline = {
      wall: this.#world.now() + lastsMs,
      monotonic: this.#world.monotonic() + lastsMs,
    };
    this.#version = await this.#put();
    this.#deadline = deadline;
  }

  /** A renewal whose answer was lost looks like somebody else's; but nobody else writes this key. */
  async #put(): Promise<number> {
    const [value, ttlMs] = [JSON.stringify(this.info), this.#ttlMs];
    try {
      return await this.#values.put(this.#key, value, { expect: this.#version, ttlMs });
    } catch (error) {
      if (!(error instanceof BusError && error.code === "conflict")) throw error;
      const own = await this.#values.get(this.#key);
      if (own === undefined) throw error;
      return this.#values.put(this.#key, value, { expect: own.version, ttlMs });
    }
  }

  /** Ends the session at its deadline, even while a renewal gets no answer. */
  async #watch(): Promise<void> {
    while (this.isAlive()) {
      const { wall, monotonic } = this.#deadline;
      const leftMs = Math.min(wall - this.#world.now(), monotonic - this.#world.monotonic());
      await this.#world.sleep(leftMs, this.#ended.signal);
    }
  }

  async #keep(): Promise<void> {
    let waitMs = this.#ttlMs / 4;
    while (!this.#ended.signal.aborted) {
      await this.#world.sleep(waitMs, this.#ended.signal);
      if (!this.isAlive()) return;
      try {
        await this.#renew();
        waitMs = this.#ttlMs / 4;
      } catch (error) {
        if (!isPassing(error)) this.#ended.abort(error);
        waitMs = this.#ttlMs / 20;
      }
    }
  }
}
