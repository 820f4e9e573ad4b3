/**
 * The partial copy: made empty before any data is copied, and known by its inode from then on.
 */
import { mkdir, stat, writeFile } from "node:fs/promises";
import { bytePath } from "./byte-path.ts";
import { flushPath } from "./flush-path.ts";
import { inodeAt } from "./inode.ts";
import { makeFaultOf } from "./io-fault.ts";
import type { Places } from "./places.ts";
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
    throw makeFaultOf(error, partial, parent);
  }
}

/** Throws when the partial copy is not the one that the checkpoint speaks of. */
export async function checkPartial({ partial }: Places, inode: string): Promise<void> {
  if ((await inodeAt(partial)) === inode) return;
  throw new Error(
    `the partial copy ${JSON.stringify(partial)} is gone or was replaced; copy again from the start`,
  );
}
