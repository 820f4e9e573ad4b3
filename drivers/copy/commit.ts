/**
 * The switch-over: the verified partial copy becomes the target by a rename. A crash at any point
 * is finished by the next call, because each step can be seen on disk:
 *
 *   target      partial   old        what is left to do
 *   replaced    there     -          move a folder away (a file is replaced by the rename)
 *   -           there     there      rename
 *   the copy    -         there      flush, remove the old one
 *   the copy    -         -          nothing
 */
import { lstat, rename } from "node:fs/promises";
import type { BigIntStats } from "node:fs";
import type { Json, Step } from "../../actors/driver.ts";
import { bytePath } from "./byte-path.ts";
import { flushPath } from "./flush-path.ts";
import { inodeAt, inodeOf } from "./inode.ts";
import { codeOf } from "./io-fault.ts";
import { placesOf } from "./places.ts";
import type { CopyArgs, Places } from "./places.ts";
import { remove } from "./remove.ts";

export async function commit(step: Step<CopyArgs>): Promise<void> {
  const places = placesOf(step.args, step.uid);
  const inode = preparedInode(step.prepared);
  if (!places || inode === undefined) throw new Error("nothing was prepared for this commit");
  if ((await inodeAt(places.to)) !== inode) await switchOver(step, places, inode);
  await flushPath(bytePath(places.parent));
  await remove(bytePath(places.old));
}

async function switchOver(step: Step<CopyArgs>, places: Places, inode: string): Promise<void> {
  const { to, partial, old } = places;
  const copied = await look(partial);
  if (!copied || inodeOf(copied) !== inode) {
    throw new Error(`the prepared copy is neither at ${show(partial)} nor at ${show(to)}`);
  }
  const target = await look(to);
  if (target && (step.args.overwrite !== true || target.isDirectory() !== copied.isDirectory())) {
    throw new Error(
      `${show(to)} appeared after the copy was prepared; move it away, then commit again`,
    );
  }
  step.signal.throwIfAborted();
  if (target?.isDirectory()) {
    if (await look(old)) {
      throw new Error(
        `${show(to)} appeared while ${show(old)} is being replaced; move it away, then commit again`,
      );
    }
    await rename(to, old);
    // A worker that has lost the job may come here after the other one has finished.
    if ((await inodeAt(old)) === inode) return rename(old, to);
  }
  await rename(partial, to);
}

function preparedInode(prepared: Json): string | undefined {
  const { inode } = Object.assign(Object.create(null) as { inode?: unknown }, prepared);
  return typeof inode === "string" ? inode : undefined;
}

async function look(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function show(path: string): string {
  return JSON.stringify(path);
}
