/**
 * The main file: what must last. Opening it, sharing it, and noticing when it can no longer be
 * used: damaged, or gone from its path. After that nothing more is written.
 */
import { statSync } from "node:fs";
import { BusError } from "../bus-error.ts";
import type { Lifetime } from "../lifetime.ts";
import type { World } from "../world.ts";
import { Checkpointer } from "./checkpointer.ts";
import type { Connection } from "./connection.ts";
import { patiently } from "./patience.ts";
import { busError } from "./sqlite-error.ts";
import type { Store } from "./store.ts";
import { Writer } from "./writer.ts";

export class MainFile implements Store, AsyncDisposable {
  readonly path: string;
  readonly readOnly: boolean;
  /** The name of the history in it. */
  readonly generation: string;
  readonly failed: Promise<BusError>;
  readonly #connection: Connection;
  readonly #writer: Writer;
  readonly #checkpointer: Checkpointer;
  readonly #world: World;
  readonly #life: Lifetime;
  readonly #inode: number | undefined;
  #failure: BusError | undefined;
  readonly #fail: (error: BusError) => void;

  constructor(
    connection: Connection,
    options: {
      readonly path: string;
      readonly readOnly: boolean;
      readonly generation: string;
      readonly world: World;
      readonly life: Lifetime;
    },
  ) {
    this.path = options.path;
    this.readOnly = options.readOnly;
    this.generation = options.generation;
    this.#world = options.world;
    this.#life = options.life;
    this.#connection = connection;
    this.#checkpointer = new Checkpointer(options.path);
    this.#writer = new Writer(connection, options.world, {
      beforeBatch: async () => {
        await this.#checkpointer.turn();
        this.#assertThere();
      },
      afterBatch: (writes) => this.#checkpointer.consider(writes),
    });
    this.#inode = inodeOf(options.path);
    const { promise, resolve } = Promise.withResolvers<BusError>();
    this.failed = promise;
    this.#fail = resolve;
  }

  async read<T>(doing: string, work: (connection: Connection) => T): Promise<T> {
    this.#life.assertOpen();
    try {
      return await patiently(this.#world, () => {
        this.#life.assertOpen();
        return work(this.#connection);
      });
    } catch (error) {
      throw this.#noted(busError(error, this.path, doing));
    }
  }

  async write<T>(doing: string, work: (connection: Connection) => T): Promise<T> {
    this.#life.assertOpen();
    if (this.readOnly) {
      throw new BusError("readonly", `${this.path}: while ${doing}: it is open for reading only`);
    }
    if (this.#failure) throw this.#failure;
    try {
      return await this.#writer.write(() => work(this.#connection));
    } catch (error) {
      throw this.#noted(busError(error, this.path, doing));
    }
  }

  /** Changes whenever another connection wrote; not a number, which equals nothing, on failure. */
  dataVersion(): number {
    try {
      return this.#connection.number("data_version");
    } catch {
      return Number.NaN;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.idle();
    await this.#checkpointer[Symbol.asyncDispose]();
    this.#connection[Symbol.dispose]();
  }

  /** A file that was deleted or replaced would take our commits with it, acknowledged ones too. */
  #assertThere(): void {
    if (this.#inode === inodeOf(this.path)) return;
    throw new BusError("missing", `${this.path}: was deleted or replaced while it was open`);
  }

  #noted(error: unknown): unknown {
    if (error instanceof BusError && (error.code === "corrupt" || error.code === "missing")) {
      this.#failure ??= error;
      this.#fail(error);
    }
    return error;
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
