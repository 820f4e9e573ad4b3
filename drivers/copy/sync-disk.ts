/**
 * Brings everything on a file system to disk at once, as `sync -f` of coreutils does: for many small
 * files that is far quicker than each by itself. Node has no such call of its own.
 *
 * Its success proves little: a write that the disk has refused is told once, to whoever syncs first,
 * be it another process. Each file keeps its own error, which flushing that file tells.
 */
import { execFile } from "node:child_process";
import { bytesOf } from "./byte-path.ts";

/** False where it failed, or is not to be had. */
export function syncDisk(path: string): Promise<boolean> {
  if (process.platform !== "linux") return Promise.resolve(false);
  return new Promise((resolve) => {
    execFile("sync", ["-f", bytesOf(path).toString("utf8")], (error) => resolve(error === null));
  });
}
