/**
 * A disk of its own for a test: a small one that can be filled, or made read-only, gone when the
 * test is finished.
 */
import { spawnSync } from "node:child_process";
import { onTestFinished } from "vitest";
import { freshFolder } from "./fresh-folder.ts";

/** A folder on such a disk; undefined where mounting is not allowed. */
export function mountSmallDisk(sizeMiB: number): string | undefined {
  const folder = freshFolder();
  if (!mount(["-t", "tmpfs", "-o", `size=${sizeMiB}m`, "tmpfs", folder])) return undefined;
  onTestFinished(() => void spawnSync("umount", ["--lazy", folder]));
  return folder;
}

/** Makes the disk at `folder` read-only; nothing on it may be open for writing. */
export function makeReadOnly(folder: string): boolean {
  return mount(["-o", "remount,ro", folder]);
}

function mount(args: readonly string[]): boolean {
  return spawnSync("mount", args).status === 0;
}
