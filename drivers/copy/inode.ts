/**
 * What an entry is known by, whatever it is called: the number of its inode and the time of its
 * birth. A rename keeps both. The number alone is given to somebody else as soon as it is free. No
 * device number: a rename never leaves its file system, and a restart may number devices anew.
 */
import type { BigIntStats } from "node:fs";
import { lstat } from "node:fs/promises";
import { codeOf } from "./io-fault.ts";

export function inodeOf({ ino, birthtimeNs }: Pick<BigIntStats, "ino" | "birthtimeNs">): string {
  return `${ino}/${birthtimeNs}`;
}

/** Undefined when nothing is there. */
export async function inodeAt(path: string): Promise<string | undefined> {
  try {
    return inodeOf(await lstat(path, { bigint: true }));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
