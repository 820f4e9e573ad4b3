/**
 * How people call this program where they stand: `jobchart` when it is installed or on the PATH,
 * `npx jobchart` inside a checkout, and elsewhere by the paths of Node and of itself.
 */
import { basename, delimiter, dirname, relative, resolve } from "node:path";
import { shellWord } from "./shell-word.ts";

interface Standing {
  /** This very file; JavaScript in a package. */
  readonly file: string;
  /** The working folder. */
  readonly cwd: string;
  /** Of Node: the one on the PATH may be too old. */
  readonly node: string;
  /** What was started. */
  readonly started: string;
  /** The folders of $PATH. */
  readonly path: readonly string[];
}

export const program = nameOf({
  file: import.meta.filename,
  cwd: process.cwd(),
  node: process.execPath,
  started: process.argv[1] ?? "",
  path: (process.env["PATH"] ?? "").split(delimiter),
});

export function nameOf({ file, cwd, node, started, path }: Standing): string {
  if (!file.endsWith(".ts")) return "jobchart";
  const checkout = resolve(dirname(file), "..");
  if (!relative(checkout, cwd).startsWith("..")) return "npx jobchart";
  const isOnPath = path.some((folder) => resolve(cwd, folder) === dirname(started));
  if (isOnPath && basename(started) === "jobchart") return "jobchart";
  return `${shellWord(node)} ${shellWord(resolve(checkout, "bin/jobchart.js"))}`;
}
