/**
 * A folder of its own for one test, removed at the end, and trees as text: two trees are the same
 * when their texts are. For tests only.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, mkdtempSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { below, bytePath, bytesOf } from "./byte-path.ts";
import { remove } from "./remove.ts";
import { timesOf, walk } from "./walk.ts";

export interface TestFolder extends AsyncDisposable {
  readonly path: string;
  /** A path in it. */
  at(...names: readonly string[]): string;
}

export function testFolder(): TestFolder {
  const path = mkdtempSync(join(tmpdir(), "jobchart-copy-"));
  return {
    path,
    at: (...names) => join(path, ...names),
    [Symbol.asyncDispose]: () => remove(bytePath(path)),
  };
}

/** One line an entry: kind, name, mode, time, owner and content. */
export function treeText(root: string): string[] {
  return Array.from(walk(bytePath(root)), ({ path, kind, stat }) => {
    const at = bytesOf(below(bytePath(root), path));
    const [, time] = timesOf(stat);
    const content =
      kind === "file" ? digest(at) : kind === "link" ? readlinkSync(at, "latin1") : "";
    return [kind, path, (stat.mode & 0o7777n).toString(8), time, stat.uid, content].join(" ");
  });
}

export function blocksOf(path: string): number {
  return lstatSync(path).blocks;
}

function digest(at: Buffer): string {
  return createHash("sha256").update(readFileSync(at)).digest("hex");
}

/** A small disk of memory at a folder, where that is allowed; whoever mounts it unmounts it. */
export function mountDisk(at: string, options: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", at], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
