/**
 * Looking at folders that others change meanwhile: what is gone by the time that it is looked at is
 * undefined, and no fault.
 */
import { lstatSync, readdirSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { bytesOf } from "../copy/byte-path.ts";
import { attempt, IoFault } from "../copy/io-fault.ts";

/** Does it; undefined when what is read is not, or no longer, there. Throws an IoFault. */
export function unlessGone<T>(at: string, work: () => T): T | undefined {
  try {
    return attempt("read", at, work);
  } catch (error) {
    const isGone = error instanceof IoFault && ["ENOENT", "ENOTDIR", "ELOOP"].includes(error.code);
    if (isGone) return undefined;
    throw error;
  }
}

export function look(at: string): BigIntStats | undefined {
  return unlessGone(at, () => lstatSync(bytesOf(at), { bigint: true }));
}

/** The names in a folder, in byte order. */
export function namesIn(at: string): readonly string[] | undefined {
  const names = unlessGone(at, () => readdirSync(bytesOf(at), { encoding: "latin1" }));
  return names?.toSorted();
}
