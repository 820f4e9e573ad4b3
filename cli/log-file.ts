/**
 * The log as a file: a line that says what it is, then the stored commits verbatim, one a line, in
 * the order of the log. `export` writes it, `import` reads it.
 */
import type { Stored } from "../bus/bus.ts";
import { CommitError, decode } from "../machines/commit.ts";
import { gidOf } from "../machines/job-id.ts";
import { Ledger } from "../machines/ledger.ts";
import type { Group } from "../machines/record.ts";
import { logFormat, logVersion } from "../properties/conform/own-head.ts";
import { readLines } from "./read-text.ts";
import { UsageError } from "./usage-error.ts";

/** The head line; `commits`: how many lines follow, by which a file that was cut is known. */
export function logHeader(bus: string, commits: number): string {
  return JSON.stringify({ format: logFormat, version: logVersion, bus, commits });
}

export type Entry = Omit<Stored, "position">;

export interface LogFile {
  readonly entries: readonly Entry[];
  /** As the log leaves them, in the order of their creation. */
  readonly groups: readonly Group[];
}

/**
 * Reads and checks all of it: the head line, every commit, that each group's are dense and
 * chained, and that there are as many as the head line says, where it does. What is there of a group
 * beside its summary is left out.
 * Fails with UsageError `unreadable`, or CommitError `newer`, naming the line.
 */
export async function readLogFile(path: string): Promise<LogFile> {
  const ledgers = new Map<string, Ledger>();
  const entries: Entry[] = [];
  let line = 0;
  let announced: number | undefined;
  for await (const text of readLines(path)) {
    line += 1;
    const where = `${path}:${line}`;
    if (line === 1) announced = announcedIn(text, where);
    else if (text !== "") entries.push(readEntry(text, where, ledgers));
  }
  if (line === 0) throw unreadable(`${path}: is empty, expected an exported log`);
  if (announced !== undefined && announced !== entries.length) {
    const how = entries.length < announced ? "it was cut" : "they are not of one export";
    const counts = `has ${entries.length} of ${announced} commits`;
    throw unreadable(`${path}: ${counts}: ${how}. Nothing was imported`);
  }
  const isKept = ({ gid, rev }: Entry): boolean => {
    const ledger = ledgers.get(gid);
    return ledger?.group.pruned === undefined || ledger.rev === rev;
  };
  const groups = [...ledgers.values()].map(({ group }) => group);
  return { entries: entries.filter(isKept), groups };
}

function readEntry(text: string, where: string, ledgers: Map<string, Ledger>): Entry {
  try {
    const { gid, rev } = decode(text, "commit");
    const ledger = ledgers.get(gid) ?? new Ledger(gid);
    ledgers.set(gid, ledger);
    ledger.read(text);
    const stray = ledger.group.jobs.find(({ uid }) => gidOf(uid) !== gid);
    if (stray !== undefined) throw new CommitError("corrupt", `job ${stray.uid} is not of ${gid}`);
    return { gid, rev, text };
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    if (cause instanceof CommitError && cause.code === "newer") {
      throw new CommitError("newer", `${where}: ${cause.message}`, { cause });
    }
    throw unreadable(`${where}: ${cause.message}. Nothing was imported`, cause);
  }
}

/** The number of commits that the head line says; undefined when it says none. */
function announcedIn(text: string, where: string): number | undefined {
  if (text.startsWith("SQLite format 3")) {
    const path = where.slice(0, where.lastIndexOf(":"));
    throw unreadable(`${path}: is a bus itself, to be used as it is: --bus file:${path}`);
  }
  const { format, version, commits } = headerIn(text);
  if (format !== logFormat) {
    throw unreadable(`${where}: expected {"format":"${logFormat}",…}: this is no exported log`);
  }
  if (version === logVersion) return typeof commits === "number" ? commits : undefined;
  throw unreadable(`${where}: version ${String(version)} is not known; use a newer jobchart`);
}

function headerIn(
  text: string,
): Readonly<Partial<Record<"format" | "version" | "commits", unknown>>> {
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch {
    return {};
  }
}

function unreadable(message: string, cause?: unknown): UsageError {
  return new UsageError(message, { code: "unreadable", cause });
}
