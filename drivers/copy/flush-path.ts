/**
 * Flushing a file, or the names in a folder: the one way to learn that the disk has refused what
 * was written there, for each keeps its own error until it is told.
 */
import { closeSync, fsyncSync, openSync } from "node:fs";
import { open } from "node:fs/promises";
import { below, bytesOf } from "./byte-path.ts";
import { attempt, faultOf } from "./io-fault.ts";
import { walk } from "./walk.ts";

const stridePaths = 32;

/** Throws an IoFault, as all of these do. */
export async function flushPath(path: string): Promise<void> {
  try {
    await using file = await open(bytesOf(path), "r");
    await file.sync();
  } catch (error) {
    throw faultOf(error, "write", path);
  }
}

export interface FlushOrder {
  readonly root: string;
  /** Below the root. */
  readonly paths: Iterable<string>;
}

/** For a thread: takes a third of the time of `flushPath`. Yields now and then. */
export function* flushPaths({ root, paths }: FlushOrder): Generator<void, void, void> {
  let count = 0;
  for (const path of paths) {
    flushFile(below(root, path));
    count += 1;
    if (count % stridePaths === 0) yield;
  }
}

/** Every file and folder. Yields now and then. */
export function* flushTree({ root }: Pick<FlushOrder, "root">): Generator<void, void, void> {
  const entries = walk(root).filter(({ kind }) => kind === "file" || kind === "leave");
  yield* flushPaths({ root, paths: entries.map(({ path }) => path) });
}

/** Waits for it. */
export function flushFile(at: string): void {
  attempt("write", at, () => {
    const file = openSync(bytesOf(at), "r");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  });
}
