/**
 * The package as others get it: packed, judged, installed in a project of its own, and used there.
 * Without a registry to install from these tests are skipped, except in CI.
 */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

const checkout = resolve(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
};
const elsewhere = mkdtempSync(join(tmpdir(), "jobchart-package-"));
const tarball = join(elsewhere, `jobchart-${manifest.version}.tgz`);
const packages = join(elsewhere, "node_modules");
const unreachable = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED/;
let isInstalled = false;

/** Runs a program there, or in a folder below, as somebody who has nothing of the checkout. */
async function there(cwd: string, program: string, ...words: readonly string[]): Promise<string> {
  const path = [join(packages, ".bin"), join(process.execPath, ".."), process.env["PATH"]];
  const env = { ...process.env, PATH: path.join(delimiter), NODE_OPTIONS: "" };
  const running = promisify(execFile)(program, words, { cwd: resolve(elsewhere, cwd), env });
  const { stdout } = await running.catch((error: Error & { stdout: string; stderr: string }) => {
    throw new Error(`${program} ${words.join(" ")}: ${error.stdout}${error.stderr}`);
  });
  return stdout;
}

const tool = (name: string): string => join(checkout, "node_modules/.bin", name);
const example = (...words: readonly string[]) => there("program", "node", ...words);

async function installed(): Promise<boolean> {
  const words = ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball, "fast-check@4"];
  try {
    await there(".", "npm", ...words);
    return true;
  } catch (error) {
    const isOffline = error instanceof Error && unreachable.test(error.message);
    if (isOffline && process.env["CI"] !== "true") return false;
    throw error;
  }
}

beforeAll(async () => {
  const pack = ["pack", "--silent", "--pack-destination", elsewhere];
  await there(checkout, "npm", ...pack);
  writeFileSync(join(elsewhere, "package.json"), '{ "private": true, "type": "module" }');
  isInstalled = await installed();
});
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

describe("the packed package", () => {
  test("is what publint and are-the-types-wrong want", async () => {
    expect(await there(".", tool("publint"), "run", tarball, "--strict")).toContain("All good!");
    await there(".", tool("attw"), tarball, "--profile", "esm-only", "--quiet");
  });

  test("holds the program, its types and its pages, and no tests", async () => {
    const files = (await there(".", "tar", "tzf", tarball)).trim().split("\n");
    const tops = files.map((file) => file.split("/")[1] ?? "");
    expect([...new Set(tops)].toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      "CHANGELOG.md",
      "DESIGN.md",
      "LICENSE",
      "README.md",
      "bin",
      "dist",
      "docs",
      "examples",
      "package.json",
    ]);
    expect(files.filter((file) => /\.(?:test|soak)\./.test(file))).toEqual([]);
    const source = /^package\/(?:dist\/.*(?<!\.d)\.ts|bin\/(?!jobchart\.js).*)$/;
    expect(files.filter((file) => source.test(file))).toEqual([]);
  });
});

describe("the installed package", () => {
  beforeEach(({ skip }) => skip(!isInstalled, "no registry can be reached"));

  test("is a command, in any folder", async () => {
    mkdirSync(join(elsewhere, "folder"));
    writeFileSync(join(elsewhere, "folder/a"), "a");
    expect(await there("folder", "jobchart", "--version")).toBe(`${manifest.version}\n`);
    await there("folder", "jobchart", "run", "copy", "a", "b", "--id", "one");
    expect(await there("folder", "jobchart", "history", "one")).toContain("committed");
    expect(readFileSync(join(elsewhere, "folder/b"), "utf8")).toBe("a");
    expect(await there("folder", "jobchart", "simulate", "--seeds", "2")).toContain("✓ 2 seeds");
  });

  test("gives every entry to programs, with its types, and so do the examples", async () => {
    const entries = Object.keys(manifest.exports).filter((entry) => !entry.endsWith(".json"));
    const names = entries.map((entry) => entry.replace(".", "jobchart"));
    expect(names).toHaveLength(4);
    mkdirSync(join(elsewhere, "program"));
    cpSync(join(checkout, "examples"), join(elsewhere, "program"), { recursive: true });
    writeFileSync(join(elsewhere, "program/entries.ts"), programOf(names));
    writeFileSync(join(elsewhere, "program/tsconfig.json"), JSON.stringify({ compilerOptions }));
    await there("program", tool("tsc"));
    expect(await there("program", "node", "entries.ts")).toBe("copy created function function\n");
  });

  test("runs the examples", async () => {
    expect(await example("01-one-job.ts")).toContain("success { counted: 50 }");
    expect(await example("02-a-group.ts")).toContain("home: success, etc: success, mail: success");
    expect(await example("--test", "04-checked-driver.ts")).toMatch(/fail 0\n/);
    expect(await example("--test", "05-in-any-order.ts")).toMatch(/pass 1\n.*fail 0\n/);
  });

  test("runs a driver that lies in a folder with no packages", async () => {
    const apart = mkdtempSync(join(tmpdir(), "jobchart-driver-"));
    cpSync(join(checkout, "examples/03-own-driver.ts"), join(apart, "checksum.ts"));
    writeFileSync(join(apart, "twice.ts"), twice);
    const files = ["--drivers", "checksum.ts", "--drivers", "twice.ts"];
    const words = ["run", "twice", ...files, "--json", "--arg", "text=ab"];
    expect(await there(apart, "jobchart", ...words)).toContain('"result":"abab"');
    rmSync(apart, { recursive: true, force: true });
  });
});

const compilerOptions = {
  target: "esnext",
  lib: ["es2025", "esnext.disposable"],
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  skipLibCheck: true,
  types: ["node"],
  typeRoots: [join(checkout, "node_modules/@types")],
};

function programOf(names: readonly string[]): string {
  return `
import { openJobSystem, type JobInfo } from "jobchart";
import { copy } from "jobchart/drivers";
import { decide, emptyGroup, type Decision } from "jobchart/machines";
import { driverContract } from "jobchart/properties";

await using jobs = await openJobSystem({ bus: "memory:", drivers: [copy] });
const all: readonly JobInfo[] = await jobs.queryJobs();
const asked = { id: "c", by: "me", at: 0 };
const shape = { can: [], place: "anywhere", recover: "resume" } as const;
const draft = { id: "a", uid: "gaaaaaaaaaaaaaaaa-1", type: "t", args: {}, shape };
const group = emptyGroup("gaaaaaaaaaaaaaaaa");
const { events }: Decision = decide(group, { verb: "create", completion: "individual", jobs: [draft], ...asked });
// @ts-expect-error a driver has a type
const wrong: typeof copy = { run: copy.run, args: {} };
for (const name of ${JSON.stringify(names)}) await import(name);
console.log(all.length === 0 && copy.type, events[0]?.to, typeof driverContract, typeof wrong.run);
`;
}

const twice = `
import { defineJob } from "jobchart";
import { statuses } from "jobchart/machines";

export default defineJob<{ text: string }>({
  type: "twice",
  args: { properties: { text: { type: "string" } }, required: ["text"] },
  async run({ args }) {
    return statuses.length === 11 ? args.text + args.text : "";
  },
});
`;
