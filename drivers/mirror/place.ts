/**
 * Entries of the target: made in the scratch folder and moved into place, or moved out of it. Once
 * the scratch folder is gone, nothing here can do anything any more.
 */
import { mkdirSync, renameSync, symlinkSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { below, bytesOf } from "../copy/byte-path.ts";
import { attempt } from "../copy/io-fault.ts";
import { dress, openUp } from "./dress.ts";
import type { Pass } from "./pass.ts";

/** Where the one entry is that is being made. */
export function making({ order }: Pass): string {
  return `${order.scratch}/new`;
}

/** Puts what was made where it belongs; a file or link that is there is replaced in one step. */
export function settle(pass: Pass, path: string): void {
  const at = below(pass.order.to, path);
  attempt("write", at, () => renameSync(bytesOf(making(pass)), bytesOf(at)));
}

export function makeFolder(pass: Pass, path: string): void {
  const at = below(pass.order.to, path);
  attempt("write", at, () => mkdirSync(bytesOf(making(pass)), 0o700));
  settle(pass, path);
}

export function makeLink(
  pass: Pass,
  path: string,
  { text, source }: { readonly text: string; readonly source: BigIntStats },
): void {
  const at = below(pass.order.to, path);
  attempt("write", at, () => symlinkSync(bytesOf(text), bytesOf(making(pass))));
  dress(making(pass), source, pass.order);
  settle(pass, path);
}

/**
 * Takes an entry out of the target, with all that is in it; it waits in the scratch folder for its
 * removal.
 */
export function discard(pass: Pass, path: string, there: BigIntStats): void {
  const at = below(pass.order.to, path);
  pass.entries += 1;
  pass.discarded += 1;
  // A folder that its owner may not write to cannot be moved elsewhere.
  if (there.isDirectory()) openUp(at, there);
  const old = `${pass.order.scratch}/old-${pass.discarded}`;
  attempt("write", at, () => renameSync(bytesOf(at), bytesOf(old)));
}
