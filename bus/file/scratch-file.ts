/**
 * The scratch file: what can be made again, in a file of its own that is never flushed and may be
 * deleted at any time. When it is missing or damaged, a fresh one takes its place.
 *
 * Each has a name of its own, `jobs.db.scratch-<id>`, and the main file says which one is current:
 * whoever makes a new one swaps that name, the others follow. A path is never used twice, so nobody
 * ever mixes an old file with a new one's companions.
 */
import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import type { Lifetime } from "../lifetime.ts";
import type { World } from "../world.ts";
import { Connection } from "./connection.ts";
import type { MainFile } from "./main-file.ts";
import { patiently } from "./patience.ts";
import { scratchTables, scratchVersion } from "./schema.ts";
import { busError, isDamage, isRefusedOpening } from "./sqlite-error.ts";
import type { Store } from "./store.ts";
import { Writer } from "./writer.ts";

interface Opened {
  readonly path: string;
  readonly connection: Connection;
  readonly writer: Writer;
}

export class ScratchFile implements Store, AsyncDisposable {
  readonly #main: MainFile;
  readonly #world: World;
  readonly #life: Lifetime;
  #opened: Opened | undefined;
  #opening: Promise<Opened> | undefined;
  readonly #retired: Opened[] = [];

  constructor(main: MainFile, world: World, life: Lifetime) {
    this.#main = main;
    this.#world = world;
    this.#life = life;
  }

  /** Makes sure that there is one, so that glances see it. */
  async open(): Promise<void> {
    await this.#usable();
  }

  read<T>(doing: string, work: (connection: Connection) => T): Promise<T> {
    return this.#with(doing, ({ connection }) => patiently(this.#world, () => work(connection)));
  }

  write<T>(doing: string, work: (connection: Connection) => T): Promise<T> {
    return this.#with(doing, ({ connection, writer }) => writer.write(() => work(connection)));
  }

  /** As read, but only if it can be done at once; for news that the next look brings as well. */
  glance<T>(work: (connection: Connection) => T): T | undefined {
    try {
      return this.#opened && work(this.#opened.connection);
    } catch {
      return undefined;
    }
  }

  /** Changes whenever another connection wrote, or another file took the place of this one. */
  dataVersion(): string {
    if (this.#opened && !existsSync(this.#opened.path)) this.#usable().catch(() => {});
    const version = this.glance((connection) => connection.number("data_version"));
    return `${this.#opened?.path} ${version}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opening?.catch(() => {});
    for (const { writer, connection } of [...this.#retired, ...this.#listOpened()]) {
      await writer.idle();
      connection[Symbol.dispose]();
    }
  }

  /** Uses the current file; if that is broken, throws it away and uses a fresh one. */
  async #with<T>(doing: string, use: (opened: Opened) => Promise<T>): Promise<T> {
    this.#life.assertOpen();
    let opened = await this.#usable();
    try {
      return await use(opened).catch(async (error: unknown) => {
        if (!isBroken(error)) throw error;
        removeFile(opened.path);
        opened = await this.#usable();
        return use(opened);
      });
    } catch (error) {
      throw busError(error, opened.path, doing);
    }
  }

  #listOpened(): Opened[] {
    return this.#opened ? [this.#opened] : [];
  }

  async #usable(): Promise<Opened> {
    if (this.#opened && existsSync(this.#opened.path)) return this.#opened;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<Opened> {
    this.#retired.push(...this.#listOpened());
    this.#opened = undefined;
    for (;;) {
      const name = await this.#main.read(
        "looking for the scratch file",
        (connection) => connection.first<{ name: string }>("SELECT name FROM scratch")?.name ?? "",
      );
      this.#opened = name ? await this.#openNamed(name) : undefined;
      if (this.#opened) return this.#opened;
      await this.#replace(name);
    }
  }

  async #openNamed(name: string): Promise<Opened | undefined> {
    const path = this.#path(name);
    if (!existsSync(path)) return undefined;
    try {
      const connection = await patiently(this.#world, () => openSound(path));
      return connection && { path, connection, writer: new Writer(connection, this.#world) };
    } catch (error) {
      if (isBroken(error)) return undefined;
      throw busError(error, path, "opening it");
    }
  }

  async #replace(oldName: string): Promise<void> {
    const name = this.#world.id();
    const path = this.#path(name);
    try {
      makeFile(path);
    } catch (error) {
      throw busError(error, path, "making it");
    }
    const swapped = await this.#main.write("naming the scratch file", (connection) =>
      connection.change("UPDATE scratch SET name = ? WHERE name = ?", name, oldName),
    );
    removeFile(swapped === 1 ? this.#path(oldName) : path);
  }

  #path(name: string): string {
    return `${this.#main.path}.scratch-${name}`;
  }
}

function openSound(path: string): Connection | undefined {
  const connection = new Connection(path);
  try {
    connection.exec("PRAGMA synchronous = OFF");
    if (connection.number("user_version") === scratchVersion) return connection;
  } catch (error) {
    connection[Symbol.dispose]();
    throw error;
  }
  connection[Symbol.dispose]();
  return undefined;
}

function makeFile(path: string): void {
  closeSync(openSync(path, "wx", 0o600));
  using connection = new Connection(path);
  connection.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL");
  connection.exec(`BEGIN; ${scratchTables} COMMIT`);
}

function removeFile(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
}

function isBroken(error: unknown): boolean {
  return isDamage(error) || isRefusedOpening(error);
}
