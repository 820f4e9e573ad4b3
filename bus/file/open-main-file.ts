/**
 * Opening the main file: who it belongs to, making a new one, and falling back to reading alone
 * where writing is not allowed. Nothing here waits in a blocking way.
 */
import { accessSync, closeSync, constants, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { BusError } from "../bus-error.ts";
import type { Lifetime } from "../lifetime.ts";
import type { World } from "../world.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { assertOurs, identify } from "./file-identity.ts";
import { flushPath } from "./flush-path.ts";
import { generationOf, nameGeneration } from "./generation.ts";
import { MainFile } from "./main-file.ts";
import { patiently } from "./patience.ts";
import { formatVersion, mainTables, upgradeFrom1, viewOf1 } from "./schema.ts";
import { busError, isRefusedOpening } from "./sqlite-error.ts";

export interface MainFileOptions {
  readonly world: World;
  readonly life: Lifetime;
  readonly create: boolean;
  readonly readOnly: boolean;
}

export async function openMainFile(path: string, options: MainFileOptions): Promise<MainFile> {
  const { world, life, create } = options;
  const found = identify(path);
  if (found !== "bus" && (!create || options.readOnly)) {
    const what = found === "absent" ? "does not exist" : "is empty";
    throw new BusError("missing", `${path}: ${what}, so there is no bus to open`);
  }
  if (found === "absent") createPrivately(path);
  try {
    if (!options.readOnly && isWritable(path)) {
      const opened = await patiently(world, () => openForWriting(path, found !== "bus", world));
      if (opened) return new MainFile(opened.connection, { ...opened, path, world, life });
    }
    const opened = await patiently(world, () => openForReading(path, world));
    return new MainFile(opened.connection, { ...opened, path, world, life });
  } catch (error) {
    throw busError(error, path, "opening it");
  }
}

interface Opened {
  readonly connection: Connection;
  readonly readOnly: boolean;
  readonly generation: string;
}

function openForWriting(path: string, isNew: boolean, world: World): Opened | undefined {
  const connection = new Connection(path);
  try {
    connection.exec("PRAGMA synchronous = FULL");
    if (isNew) makeTables(connection, path, world);
    assertOurs(path, connection);
    if (isOld(connection)) upgrade(connection, world);
    connection.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
    return { connection, readOnly: false, generation: generationOf(connection) };
  } catch (error) {
    connection.rollback();
    connection[Symbol.dispose]();
    if (!isNew && isRefusedOpening(error)) return undefined;
    throw error;
  }
}

/** All or nothing; when several processes create the file, the first one does it for all. */
function makeTables(connection: Connection, path: string, world: World): void {
  connection.exec("BEGIN IMMEDIATE");
  if (connection.number("application_id") === 0) {
    connection.exec(mainTables);
    nameGeneration(connection, world);
  }
  connection.exec("COMMIT");
  flushPath(dirname(path));
}

/** All or nothing; another process may have done it in the meantime. */
function upgrade(connection: Connection, world: World): void {
  connection.exec("BEGIN IMMEDIATE");
  if (isOld(connection)) {
    connection.exec(upgradeFrom1);
    nameGeneration(connection, world);
  }
  connection.exec("COMMIT");
}

function isOld(connection: Connection): boolean {
  return connection.number("user_version") < formatVersion;
}

function openForReading(path: string, world: World): Opened {
  try {
    return openChecked(path, world, { readOnly: true });
  } catch (error) {
    if (!isRefusedOpening(error) || hasUnmergedChanges(path)) throw error;
    return openChecked(path, world, { readOnly: true, immutable: true });
  }
}

function openChecked(path: string, world: World, options: ConnectionOptions): Opened {
  const connection = new Connection(path, options);
  try {
    assertOurs(path, connection);
    if (isOld(connection)) {
      connection.exec(viewOf1);
      nameGeneration(connection, world);
    }
    return { connection, readOnly: true, generation: generationOf(connection) };
  } catch (error) {
    connection[Symbol.dispose]();
    throw error;
  }
}

function hasUnmergedChanges(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** SQLite gives the files beside it the same mode. */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    const isFull = code === "ENOSPC" || code === "EDQUOT";
    throw new BusError(
      isFull ? "full" : "readonly",
      `${path}: cannot be created: ${message}; make its folder writable, or free some space`,
      { cause: error },
    );
  }
}
