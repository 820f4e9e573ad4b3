/**
 * The writer: many small writes, one transaction, one flush to disk. What was asked for in the
 * same turn of the event loop, and while the last batch was stored, goes into the next one.
 *
 * A write that fails with a BusError (a conflict) changed nothing and fails alone. Any other error
 * undoes its whole batch. Nobody hears of success before the transaction is committed.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { BusError } from "../bus-error.ts";
import type { World } from "../world.ts";
import type { Connection } from "./connection.ts";
import { patiently } from "./patience.ts";

/** Time for the statements of a batch; the flush comes on top. Bounds the event loop's stall. */
const batchMs = 3;
/** A process alone stands back this often, so that a newcomer finds the lock free. */
const standBackEveryMs = 25;
const standBackMs = 1;
/** Others count as writing for so long after a commit of theirs was seen. */
const companyMs = 100;

interface Write {
  /** Does it, and returns what to say once it is durable. */
  readonly attempt: () => () => void;
  readonly reject: (error: unknown) => void;
}

export interface WriterHooks {
  /** Fails when the file is no longer fit to be written: everything that waits is refused. */
  readonly beforeBatch?: () => Promise<void>;
  readonly afterBatch?: (writes: number) => void;
}

export class Writer {
  readonly #connection: Connection;
  readonly #world: World;
  readonly #hooks: WriterHooks;
  #waiting: Write[] = [];
  #working: Promise<void> | undefined;
  #stoodBackMs: number;
  #companySeenMs = -Infinity;
  #dataVersion: number | undefined;

  constructor(connection: Connection, world: World, hooks: WriterHooks = {}) {
    this.#connection = connection;
    this.#world = world;
    this.#hooks = hooks;
    this.#stoodBackMs = world.monotonic();
  }

  /** Resolves with what `work` returned, once that is durable. `work` runs inside a transaction. */
  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const attempt = () => {
        const done = work();
        return () => resolve(done);
      };
      this.#waiting.push({ attempt, reject });
      this.#working ??= this.#work();
    });
  }

  /** Resolves when nothing waits to be written. */
  async idle(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    await nextTurn();
    try {
      while (this.#waiting.length > 0) {
        await this.#hooks.beforeBatch?.();
        await patiently(this.#world, () => this.#connection.change("BEGIN IMMEDIATE"));
        this.#storeBatch();
        await this.#letOthersIn();
      }
    } catch (error) {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    }
    this.#working = undefined;
  }

  #storeBatch(): void {
    const batch: Write[] = [];
    let tell: (() => void)[] = [];
    const endMs = this.#world.monotonic() + batchMs;
    try {
      for (const write of this.#waiting) {
        batch.push(write);
        tell.push(attempted(write));
        if (this.#world.monotonic() > endMs) break;
      }
      this.#connection.change("COMMIT");
    } catch (error) {
      tell = batch.map(({ reject }) => reject.bind(undefined, error));
      this.#connection.rollback();
    }
    this.#waiting = this.#waiting.slice(batch.length);
    for (const each of tell) each();
    this.#hooks.afterBatch?.(batch.length);
  }

  /** The next turn of the event loop if nobody else writes; else time for somebody to get in. */
  async #letOthersIn(): Promise<void> {
    const nowMs = this.#world.monotonic();
    const dataVersion = this.#connection.number("data_version");
    if (dataVersion !== (this.#dataVersion ?? dataVersion)) this.#companySeenMs = nowMs;
    this.#dataVersion = dataVersion;

    const alone = nowMs - this.#companySeenMs > companyMs;
    if (alone && nowMs - this.#stoodBackMs < standBackEveryMs) return nextTurn();
    const jitter = alone ? 0 : this.#world.random() * 2;
    await this.#world.sleep(standBackMs + jitter);
    this.#stoodBackMs = this.#world.monotonic();
  }
}

function attempted({ attempt, reject }: Write): () => void {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof BusError) return () => reject(error);
    throw error;
  }
}
