/**
 * Whose file is this? Found out without writing, so that a file that is not ours is neither changed
 * nor given a companion; and through SQLite, since closing a file by hand would drop the locks that
 * this process has on it.
 */
import { readFileSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { BusError } from "../bus-error.ts";
import { Connection } from "./connection.ts";
import { applicationId, formatVersion } from "./schema.ts";
import { busError, isDamage, isNotADatabase } from "./sqlite-error.ts";

/** https://sqlite.org/fileformat.html#the_database_header */
const pageBytesMin = 512;
const magic = "SQLite format 3\0";

/**
 * `bus`: ours, of a format that we know. `empty`: no byte in it yet. `absent`: no such file.
 * Fails with `foreign`, `newer`, `corrupt`, `missing` (no folder to look in) and `unavailable` (not
 * allowed to look).
 */
export function identify(path: string): "bus" | "empty" | "absent" {
  const stats = statsOf(path);
  if (!stats) return "absent";
  if (stats.isDirectory()) {
    throw new BusError("foreign", `${path}: is a folder; name a file in it, as ${path}/jobs.db`);
  }
  if (!stats.isFile()) {
    throw new BusError("foreign", `${path}: is no regular file, so it cannot hold a bus`);
  }
  if (stats.size === 0) return "empty";
  if (stats.size < pageBytesMin) refuseStump(path, stats.size);
  checkHeader(path);
  return "bus";
}

function statsOf(path: string): Stats | undefined {
  const found = asked(path, () => statSync(path, { throwIfNoEntry: false }));
  if (found || asked(path, () => statSync(dirname(path), { throwIfNoEntry: false }))) return found;
  throw new BusError("missing", `${path}: there is no folder ${dirname(path)}; create it first`);
}

/** Too short for any database, so nobody has it open as one and it may be read by hand. */
function refuseStump(path: string, bytes: number): never {
  const start = asked(path, () => readFileSync(path, "latin1"));
  if (start.startsWith(magic)) {
    throw new BusError("corrupt", `${path}: ends after ${bytes} bytes; go on with a backup`);
  }
  throw new BusError("foreign", `${path}: is no SQLite file; name another path for the bus`);
}

/** Reads the main file alone, takes no lock, makes no file. */
function checkHeader(path: string): void {
  try {
    using connection = new Connection(path, { readOnly: true, immutable: true });
    assertOurs(path, connection);
  } catch (error) {
    if (isNotADatabase(error)) {
      const message = `${path}: is no SQLite file; name another path for the bus`;
      throw new BusError("foreign", message, { cause: error });
    }
    // A checkpoint that is going on looks like damage from here; the real opening will tell.
    if (!isDamage(error)) throw busError(error, path, "looking whose file it is");
  }
}

/** Fails with `foreign` or `newer` unless the file is a bus of a format that we know. */
export function assertOurs(path: string, connection: Connection): void {
  if (connection.number("application_id") !== applicationId) {
    throw new BusError(
      "foreign",
      `${path}: is the SQLite file of another application; name another path for the bus`,
    );
  }
  const version = connection.number("user_version");
  if (version > formatVersion) {
    throw new BusError(
      "newer",
      `${path}: expected format ${formatVersion} or older, found ${version}; use a newer jobchart`,
    );
  }
}

function asked<T>(path: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BusError("unavailable", `${path}: cannot be looked at: ${reason}`, { cause: error });
  }
}
