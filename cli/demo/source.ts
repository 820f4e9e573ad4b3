/**
 * What the demo backs up: the entries of a folder that was named, or enough of what is installed
 * beside this program to be worth a look.
 */
import { existsSync, lstatSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { groupSizeMax } from "../../machines/creation.ts";
import { UsageError } from "../usage-error.ts";

export interface Source {
  readonly path: string;
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
}

const jobsLeast = 3;
const filesWanted = 1_000;
const bytesWanted = 50 * 1024 * 1024;
/** A package larger than this would make the demo long rather than interesting. */
const packageBytesMax = 40 * 1024 * 1024;

/** One source for each entry of the folder. Fails with UsageError when there are too few or many. */
export function sourcesIn(folder: string): readonly Source[] {
  if (!existsSync(folder) || !lstatSync(folder).isDirectory()) {
    throw new UsageError(`'${folder}' is no folder; the demo backs up the entries of one`);
  }
  const entries = readdirSync(folder).toSorted();
  if (entries.length < jobsLeast || entries.length > groupSizeMax) {
    throw new UsageError(
      `'${folder}' has ${entries.length} entries; the demo makes a job of each, ` +
        `${jobsLeast} to ${groupSizeMax} of them`,
    );
  }
  return entries.map((entry) => measured(join(folder, entry), entry));
}

/** Packages that are installed here: some with many files, some with many bytes. */
export function installedSources(): readonly Source[] {
  const sources = packages(nodeModules())
    .map((path) => measured(path, basename(path)))
    .filter(({ bytes }) => bytes > 0 && bytes <= packageBytesMax);
  const chosen: Source[] = [];
  const sum = (of: "files" | "bytes"): number =>
    chosen.reduce((total, source) => total + source[of], 0);
  for (const source of sources.toSorted((a, b) => b.files - a.files)) {
    if (sum("files") < filesWanted) chosen.push(source);
  }
  for (const source of sources.toSorted((a, b) => b.bytes - a.bytes)) {
    const isEnough = sum("bytes") >= bytesWanted && chosen.length >= jobsLeast;
    if (!isEnough && !chosen.includes(source)) chosen.push(source);
  }
  if (chosen.length < jobsLeast) {
    throw new UsageError("Too little is installed here to make a demo of: name a folder");
  }
  return chosen;
}

/** The node_modules that this program's own packages are in. */
function nodeModules(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "node_modules", "xstate"))) {
    const parent = join(folder, "..");
    if (parent === folder) throw new UsageError("No packages are installed here: name a folder");
    folder = parent;
  }
  return join(folder, "node_modules");
}

function packages(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) => {
      const path = join(folder, name);
      if (!lstatSync(path).isDirectory()) return [];
      return name.startsWith("@") ? readdirSync(path).map((inner) => join(path, inner)) : [path];
    });
}

function measured(path: string, name: string): Source {
  const about = lstatSync(path);
  if (!about.isDirectory()) return { path, name, files: 1, bytes: about.size };
  const inside = readdirSync(path).map((entry) => measured(join(path, entry), entry));
  return {
    path,
    name,
    files: inside.reduce((sum, { files }) => sum + files, 0),
    bytes: inside.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
