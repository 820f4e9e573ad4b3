/**
 * Flushing a file, or the names in a folder, to disk.
 */
import { closeSync, fsyncSync, openSync } from "node:fs";

/** Returns once what `path` holds now survives a power failure. */
export function flushPath(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
