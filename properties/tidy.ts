/**
 * The house as data: which folder may import which, and what no file may hold. tidy.test.ts walks
 * the files; DESIGN.md has the picture.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

export interface Source {
  /** Relative to the checkout, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly line: number;
  /** The imported file, relative to the checkout. */
  readonly path: string;
}

const library = [
  "jobchart.ts",
  "wire/",
  "actors/",
  "projections/",
  "bus/",
  "drivers/",
  "machines/",
];

/** What a folder may import beside itself: folders end in a slash, files do not. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  machines: [],
  bus: [],
  actors: ["machines/", "bus/"],
  projections: ["machines/", "bus/"],
  drivers: ["actors/driver.ts", "bus/world.ts"],
  wire: ["actors/", "projections/", "bus/", "machines/"],
  "jobchart.ts": ["wire/", "actors/", "projections/", "bus/", "drivers/", "machines/"],
  "jobchart.test.ts": library,
  gateways: ["jobchart.ts"],
  properties: library,
  cli: [...library, "gateways/", "properties/"],
  examples: ["jobchart.ts", "properties/"],
  bench: [...library, "properties/"],
  bin: [],
  "vitest.config.ts": ["properties/parts-reporter.ts"],
};

/** Tests of drivers run them for real; tests of the NATS bus want a server. */
export const testsMayImport: readonly string[] = ["jobchart.ts", "properties/parts.ts"];

export const linesMax = 300;

export const bannedWords = /\b(?:utils?|helpers?|common|types|manager|impl)\b/i;
export const bannedNames =
  /\b(?:class|interface|type|function|const) (\w*(?:Manager|Impl|Utils?))\b/;

/** Clocks, timers and chance: they come in through bus/world.ts alone. */
export const worldly = new RegExp(
  [
    /\bDate\.now\b|\bnew Date(?:\(\)|\b(?!\())|(?<!\bnew )\bDate\(/,
    /\bset(?:Timeout|Interval)\b|\bscheduler\.(?:wait|yield)\b|\bAbortSignal\.timeout\b|\bAtomics\.wait/,
    /\bperformance\.|\bperf_hooks\b|\bhrtime\b|\bprocess\.uptime\b/,
    /\bMath\.random\b|\brandom(?:UUID|Bytes|Int|Fill\w*)\b|\bgetRandomValues\b/,
  ]
    .map(({ source }) => source)
    .join("|"),
);

const skipped = new Set(["node_modules", "dist", ".git", "coverage"]);

/** Every TypeScript file below `root`. */
export function sourcesOf(root: string, folder = ""): readonly Source[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : sourcesOf(root, path);
    if (!entry.isFile() || !entry.name.endsWith(".ts")) return [];
    return [{ path, text: readFileSync(join(root, path), "utf8") }];
  });
}

/** The imports of our own files, type imports included. */
export function importsOf({ path, text }: Source): readonly Import[] {
  return [...text.matchAll(/\b(?:from|import|import\()\s*"(\.[^"]*)"/g)].map((match) => ({
    line: lineOf(text, match.index),
    path: normalize(join(dirname(path), match[1] ?? "")).replaceAll("\\", "/"),
  }));
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

export function isTest(path: string): boolean {
  return /\.(?:test|soak)\.ts$/.test(path);
}

/** The lines without what comments say. */
export function codeLines(text: string): readonly string[] {
  return text
    .replaceAll(/\/\*[^]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, " "))
    .split("\n")
    .map((line) => line.replace(/\/\/.*$/, ""));
}

/** The first circle of imports that is found, as a path that ends where it began. */
export function circleIn(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): readonly string[] => {
    const first = trail.indexOf(path);
    if (first !== -1) return [...trail.slice(first), path];
    if (done.has(path)) return [];
    for (const next of imports.get(path) ?? []) {
      const circle = walk(next, [...trail, path]);
      if (circle.length > 0) return circle;
    }
    done.add(path);
    return [];
  };
  for (const path of imports.keys()) {
    const circle = walk(path, []);
    if (circle.length > 0) return circle;
  }
  return [];
}
