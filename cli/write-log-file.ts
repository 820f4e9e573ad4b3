/**
 * Writes a log to a new file, as log-file.ts reads it: all or nothing, flushed to disk, the log as
 * it is at one moment while others go on writing. Every group is checked on the way, so that what
 * is written can be read again.
 */
import { link, open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { BusError } from "../bus/bus-error.ts";
import type { Bus, Position, Stored } from "../bus/bus.ts";
import { flushPath } from "../bus/file/flush-path.ts";
import { decode, digestOf, expectNext, type ReadSoFar } from "../machines/commit.ts";
import { keptUpTo } from "../projections/as-of.ts";
import { logHeader } from "./log-file.ts";
import { messageOf, UsageError } from "./usage-error.ts";

export interface WrittenLog {
  readonly commits: number;
  readonly groups: number;
  /** The log's head at that moment. */
  readonly position: Position;
}

/** Room in the head line for the number that is known at the end. */
const countColumns = 16;

/**
 * Fails with UsageError when the file is there, and with CommitError at a group that is damaged.
 * What fails, or is killed, leaves no file of that name.
 */
export async function writeLogFile(bus: Bus, path: string): Promise<WrittenLog> {
  await expectNone(path);
  const draft = `${path}.part-${process.pid}`;
  try {
    const file = await open(draft, "w", 0o600).catch((cause: unknown) => {
      throw new UsageError(`${path}: cannot be made: ${messageOf(cause)}`, { cause });
    });
    const written = await writeAll(bus, file).finally(() => file.close());
    await putInPlace(draft, path);
    return written;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeAll({ log, url }: Bus, file: FileHandle): Promise<WrittenLog> {
  const position = await log.head();
  const head = logHeader(url, 0);
  const headBytes = Buffer.byteLength(head) + countColumns;
  await file.write(`${padded(head, headBytes)}\n`);
  const groups = new Map<string, ReadSoFar>();
  let commits = 0;
  for await (const batch of keptUpTo(log, position).readAll()) {
    for (const stored of batch) groups.set(stored.gid, checked(stored, groups.get(stored.gid)));
    await file.write(batch.map(({ text }) => `${text}\n`).join(""));
    commits += batch.length;
  }
  await file.write(padded(logHeader(url, commits), headBytes), 0);
  await file.sync();
  return { commits, groups: groups.size, position };
}

function checked(
  { gid, rev, text, position }: Stored,
  before: ReadSoFar = { gid, rev: 0, head: null },
): ReadSoFar {
  const where = `position ${position}, group ${gid} rev ${rev}`;
  expectNext(before, decode(text, where), where);
  return { gid, rev, head: digestOf(text) };
}

/** Spaces at the end of a line of JSON mean nothing. */
function padded(text: string, bytes: number): string {
  return text + " ".repeat(bytes - Buffer.byteLength(text));
}

async function expectNone(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined) throw exists(path);
}

/** Under its name at once and whole, never over another file where the file system can tell. */
async function putInPlace(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw exists(path);
    await rename(draft, path);
  }
  flushPath(dirname(path));
}

function exists(path: string): BusError {
  return new BusError("conflict", `${path}: exists; name a new file for the backup`);
}
