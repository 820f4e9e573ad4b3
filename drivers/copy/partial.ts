/**
 * The partial copy: made before anything else, known by its inode from then on, and removed when
 * the job does not commit. Nothing else is ever removed on the way out: a target that is replaced
 * is moved in commit only, and commit and abort are never both called on a job.
 */
import { lstat, mkdir, stat, writeFile } from "node:fs/promises";
import type { Step } from "../../actors/driver.ts";
import { bytePath } from "./byte-path.ts";
import { flushPath } from "./flush.ts";
import { codeOf, faultOf } from "./io-fault.ts";
import { placesOf } from "./places.ts";
import type { CopyArgs, Places } from "./places.ts";
import { remove } from "./remove.ts";

/** Makes it anew, empty and on disk; resolves with its inode. */
export async function makePartial({ from, parent, partial }: Places): Promise<string> {
  try {
    await remove(bytePath(partial));
    if ((await stat(from)).isDirectory()) await mkdir(partial, 0o700);
    else await writeFile(partial, "", { flag: "wx", mode: 0o600 });
    await flushPath(bytePath(parent));
    return (await inodeAt(partial)) ?? "";
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(codeOf(error) ?? "")) {
      throw faultOf(error, "write", bytePath(partial));
    }
    const reason = error instanceof Error ? error.message : "";
    throw new Error(`the folder ${JSON.stringify(parent)} cannot be written: ${reason}`, {
      cause: error,
    });
  }
}

/** Throws when the partial copy is not the one that the checkpoint speaks of. */
export async function checkPartial({ partial }: Places, inode: string): Promise<void> {
  if ((await inodeAt(partial)) === inode) return;
  throw new Error(
    `the partial copy ${JSON.stringify(partial)} is gone or was replaced; copy again from the start`,
  );
}

/** Undefined when nothing is there. */
export async function inodeAt(path: string): Promise<string | undefined> {
  try {
    return String((await lstat(path, { bigint: true })).ino);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

export async function removePartial({ args, uid }: Step<CopyArgs>): Promise<void> {
  const places = placesOf(args, uid);
  if (places) await remove(bytePath(places.partial));
}
