/**
 * What must be so before a copy starts. Each check that fails throws an Error that says what is
 * wrong, where, and what would be right; it fails the job, and nothing has been written yet.
 */
import type { BigIntStats } from "node:fs";
import { lstat, realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "./io-fault.ts";
import { placesOf } from "./places.ts";
import type { CopyArgs, Places } from "./places.ts";

/** The places, with `from` followed to what it stands for when it is a link itself. */
export async function checkedPlaces(args: CopyArgs, uid: string): Promise<Places> {
  const places = placesOf(args, uid);
  if (!places) {
    throw new Error(
      `expected two absolute paths, found from ${show(args.from)} to ${show(args.to)}`,
    );
  }
  const source = await look(stat, places.from, "the source");
  if (!source) throw new Error(`the source ${show(places.from)} does not exist`);
  const parent = await look(stat, places.parent, "the target's folder");
  if (!parent) {
    throw new Error(
      `the folder ${show(places.parent)} does not exist; make it before copying into it`,
    );
  }
  if (!parent.isDirectory()) {
    throw new Error(`${show(places.parent)} is not a folder; nothing can be copied into it`);
  }
  const from = await realpath(places.from);
  if (source.isDirectory() && (await isWithin(await realpath(places.parent), source))) {
    throw new Error(
      `the target ${show(places.to)} lies inside the source ${show(from)}; choose one outside of it`,
    );
  }
  await checkTarget(args, { ...places, from });
  return { ...places, from };
}

/** What may be replaced: nothing without `overwrite`; with it, only a thing of the same sort. */
export async function checkTarget(args: CopyArgs, places: Places): Promise<void> {
  const { from, to, parent } = places;
  const target = await look(lstat, to, "the target");
  if (!target) return;
  const source = await stat(from, { bigint: true });
  const followed = await look(stat, to, "the target");
  if (followed && isSame(followed, source)) {
    throw new Error(`the source ${show(from)} and the target ${show(to)} are the same`);
  }
  if (args.overwrite !== true) {
    throw new Error(`the target ${show(to)} exists; pass overwrite to replace it`);
  }
  if (source.isDirectory() !== target.isDirectory()) {
    throw new Error(
      `the target ${show(to)} is ${sort(target)} and the source ${show(from)} is ${sort(source)}; remove the target first`,
    );
  }
  if (target.isDirectory() && (await isWithin(dirname(from), target))) {
    throw new Error(
      `the source ${show(from)} lies inside the target ${show(to)}, which would be replaced`,
    );
  }
  const around = await stat(parent, { bigint: true });
  if (target.dev !== around.dev) {
    throw new Error(
      `the target ${show(to)} is a mount point and cannot be replaced; copy into a folder in it`,
    );
  }
}

/** Whether a real path is the folder or lies in it; by inode, so that a bind mount is no disguise. */
async function isWithin(path: string, folder: BigIntStats): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    if (isSame(await stat(at, { bigint: true }), folder)) return true;
    if (at === dirname(at)) return false;
  }
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}

async function look(
  see: (path: string, options: { bigint: true }) => Promise<BigIntStats>,
  path: string,
  what: string,
): Promise<BigIntStats | undefined> {
  try {
    return await see(path, { bigint: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    if (codeOf(error) === undefined || !(error instanceof Error)) throw error;
    throw new Error(`${what} ${show(path)} cannot be looked at: ${error.message}`, {
      cause: error,
    });
  }
}

function sort(target: BigIntStats): string {
  if (target.isDirectory()) return "a folder";
  return target.isSymbolicLink() ? "a link" : "a file";
}

function show(path: string): string {
  return JSON.stringify(path);
}
