/**
 * A lease: the expiring value that says a worker's session is alive. A session whose lease could
 * not be renewed in time stops itself before anybody else may think it gone; its id is never used
 * again.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Values } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import { isPassing } from "./patience.ts";

export interface SessionInfo {
  readonly session: string;
  readonly worker: string;
  readonly host: string;
  readonly pid: number;
  /** What it takes when it is offered; none when it runs only jobs of its own. */
  readonly types: readonly string[];
  readonly concurrency: number;
}

const prefix = "lease.";

export class Lease implements AsyncDisposable {
  readonly info: SessionInfo;
  readonly #values: Values;
  readonly #world: World;
  readonly #ttlMs: number;
  readonly #ended = new AbortController();
  #version = 0;
  #deadline = { wall: 0, monotonic: 0 };
  #loops: Promise<unknown> = Promise.resolve();

  private constructor(values: Values, world: World, info: SessionInfo, ttlMs: number) {
    this.#values = values;
    this.#world = world;
    this.info = info;
    this.#ttlMs = ttlMs;
  }

  /** Begins a session; renews until it is disposed of or lost. */
  static async open(
    values: Values,
    world: World,
    info: SessionInfo,
    ttlMs: number,
  ): Promise<Lease> {
    const lease = new Lease(values, world, info, ttlMs);
    await lease.#renew();
    lease.#loops = Promise.all([lease.#keep(), lease.#watch()]);
    return lease;
  }

  /** The sessions that are alive by their leases. */
  static async live(values: Values): Promise<readonly SessionInfo[]> {
    const leases = await values.list(prefix);
    return leases.map(({ value }) => JSON.parse(value) as SessionInfo);
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#loops;
    try {
      await this.#values.remove(prefix + this.info.session, this.#version);
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
    this.#version = await this.#values.put(prefix + this.info.session, JSON.stringify(this.info), {
      expect: this.#version,
      ttlMs: this.#ttlMs,
    });
    this.#deadline = deadline;
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
    while (!this.#ended.signal.aborted) {
      await this.#world.sleep(this.#ttlMs / 4, this.#ended.signal);
      if (!this.isAlive()) return;
      try {
        await this.#renew();
      } catch (error) {
        if (!isPassing(error)) this.#ended.abort(error);
      }
    }
  }
}
