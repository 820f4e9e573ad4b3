/**
 * Brings everything on a file system to disk at once, as `sync -f` of coreutils does: for many
 * small files tens of times as fast as flushing each. Node has no such call of its own.
 *
 * It waits for what others have written there, too. A write that the disk has refused is reported
 * once, to whoever syncs first.
 */
import { execFile } from "node:child_process";
import { bytesOf } from "./byte-path.ts";

/** It has `failed` when the disk has refused a write, be it ours or another's. */
export function syncDisk(path: string): Promise<"done" | "failed" | "unavailable"> {
  if (process.platform !== "linux") return Promise.resolve("unavailable");
  return new Promise((resolve) => {
    execFile("sync", ["-f", bytesOf(path).toString("utf8")], (error) => {
      if (!error) resolve("done");
      else resolve(error.code === "ENOENT" ? "unavailable" : "failed");
    });
  });
}
