/**
 * What SQLite's errors mean for who uses the bus, and what to do about each.
 */
import { BusError } from "../bus-error.ts";

/** SQLite's result codes that we tell apart, https://sqlite.org/rescode.html */
const busy = 5;
const readonly = 8;
const corrupt = 11;
const full = 13;
const cannotOpen = 14;
const notADatabase = 26;
/** The disk is too full for the index beside the log of changes. */
const ioErrorIndexSize = 4874;

function resultCode(error: unknown): number | undefined {
  const isSqlite = error instanceof Error && "errcode" in error;
  return isSqlite && typeof error.errcode === "number" ? error.errcode : undefined;
}

function isOneOf(error: unknown, codes: readonly number[]): boolean {
  const code = resultCode(error);
  return code !== undefined && codes.includes(code & 0xff);
}

/** Another process holds the lock; try again. */
export function isBusy(error: unknown): boolean {
  return isOneOf(error, [busy]);
}

export function isNotADatabase(error: unknown): boolean {
  return isOneOf(error, [notADatabase]);
}

/** This file cannot be used as it is: a cache is made anew, a log is not touched again. */
export function isDamage(error: unknown): boolean {
  return isOneOf(error, [corrupt, notADatabase]);
}

/** The file cannot be opened, or may not be written beside: reading alone may still work. */
export function isRefusedOpening(error: unknown): boolean {
  return isOneOf(error, [readonly, cannotOpen]);
}

/** The bus's words for an error of SQLite that came up in `path` while `doing`; others as is. */
export function busError(error: unknown, path: string, doing: string): unknown {
  if (!(error instanceof Error)) return error;
  const options = { cause: error };
  const at = `${path}: while ${doing}:`;
  const code = resultCode(error);
  if (code === undefined) return systemError(error, at, options);
  if (code === ioErrorIndexSize) return diskFull(at, options);
  switch (code & 0xff) {
    case busy:
      return new BusError(
        "unavailable",
        `${at} another process holds the lock; look for one that is stopped`,
        options,
      );
    case readonly:
      return new BusError(
        "readonly",
        `${at} it may only be read; make the file, its folder and its file system writable`,
        options,
      );
    case full:
      return diskFull(at, options);
    case corrupt:
    case notADatabase:
      return new BusError(
        "corrupt",
        `${at} the file is damaged (${error.message}). Nothing was repaired: stop what uses it, ` +
          "keep a copy, and go on with a backup",
        options,
      );
    default:
      return new BusError(
        "unavailable",
        `${at} ${error.message} (SQLite ${code}); check the disk, then look what is stored`,
        options,
      );
  }
}

/** What the operating system said, where SQLite was not asked; other errors are as they were. */
function systemError(error: NodeJS.ErrnoException, at: string, options: ErrorOptions): unknown {
  switch (error.code) {
    case "ENOENT":
      return new BusError("missing", `${at} its folder is gone (${error.message})`, options);
    case "ENOSPC":
    case "EDQUOT":
      return diskFull(at, options);
    default:
      return error;
  }
}

function diskFull(at: string, options: ErrorOptions): BusError {
  return new BusError(
    "full",
    `${at} the disk is full, nothing of it is stored; free some`,
    options,
  );
}
