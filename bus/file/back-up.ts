/**
 * The online copy: consistent as of one moment, while others go on writing.
 */
import { closeSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { BusError } from "../bus-error.ts";
import type { World } from "../world.ts";
import { Connection } from "./connection.ts";
import { flushPath } from "./flush-path.ts";
import { nameGeneration } from "./generation.ts";
import { formatVersion } from "./schema.ts";
import { busError } from "./sqlite-error.ts";

/**
 * Copies the bus file `from` to the new file `to`, mode 0600, flushed, and gives the copy a
 * generation of its own. Fails with `conflict` when `to` exists; a copy that fails half-way is
 * removed.
 */
export async function backUp(from: string, to: string, world: World): Promise<void> {
  createTarget(to);
  try {
    await copySnapshot(from, to);
    nameAnew(to, world);
    flushPath(to);
    flushPath(dirname(to));
  } catch (error) {
    rmSync(to, { force: true });
    throw busError(error, to, `backing up ${from}`);
  }
}

/** An open read transaction holds the snapshot still, so that the copy never starts over. */
async function copySnapshot(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    source.exec("BEGIN; SELECT name FROM scratch");
    await backup(source, to);
  } finally {
    source.close();
  }
}

/** What is restored from a copy goes on in another way than the original did. */
function nameAnew(path: string, world: World): void {
  using copy = new Connection(path);
  if (copy.number("user_version") < formatVersion) return;
  nameGeneration(copy, world);
}

function createTarget(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") {
      throw new BusError("conflict", `${path}: exists; name a new file for the backup`);
    }
    const cause = { cause: error };
    throw new BusError("unavailable", `${path}: cannot be created: ${message}`, cause);
  }
}
