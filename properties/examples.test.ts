/** The examples run, and say what they are there to show. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";

const checkout = resolve(import.meta.dirname, "..");
const source = "--conditions=jobchart-source";
const run = promisify(execFile);

async function output(...words: readonly string[]): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), "jobchart-example-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  return (await run(process.execPath, [source, ...words], { cwd })).stdout;
}

const example = (name: string): string => join(checkout, "examples", name);

describe("example", () => {
  test("01 pauses a job, is refused a second pause, and sees it succeed", async () => {
    const said = await output(example("01-one-job.ts"));
    expect(said).toContain("refused: Job is already paused");
    expect(said).toContain("success { counted: 50 }");
    expect(said).toMatch(/running -> paused[^]*paused -> running[^]*concluded -> null/);
  });

  test("02 commits three jobs together after one finalize", async () => {
    const said = await output(example("02-a-group.ts"));
    expect(said).toMatch(/mail is waiting\n(?:\w+ is pending\n){3}/);
    expect(said.indexOf("has committed")).toBeGreaterThan(said.lastIndexOf("can commit"));
    expect(said).toContain("home: success, etc: success, mail: success");
  });

  test("03 is a driver that the command line takes", async () => {
    const file = join(checkout, "LICENSE");
    const words = ["run", "checksum", "--drivers", example("03-own-driver.ts"), "--json"];
    const said = await output(join(checkout, "bin/jobchart.js"), ...words, "--arg", `file=${file}`);
    const info = JSON.parse(said.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
    expect(info).toMatchObject({ type: "checksum", outcome: "success", result: sha256Of(file) });
  });

  test("04 is a driver that keeps its contract", async () => {
    const said = await output("--test", "--test-reporter=spec", example("04-checked-driver.ts"));
    expect(said).toContain("driver number goes on from every checkpoint");
    expect(said).toMatch(/pass 24\n.*fail 0\n/);
  });

  test("04, copied to a project of its own and broken there, says what is wrong", async () => {
    const folder = mkdtempSync(join(tmpdir(), "jobchart-example-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(checkout, join(folder, "node_modules/jobchart"));
    const text = readFileSync(example("04-checked-driver.ts"), "utf8");
    const broken = text.replace("await file.truncate(bytes);", "await file.truncate(0);");
    expect(broken).not.toBe(text);
    writeFileSync(join(folder, "number.test.ts"), broken);
    const running = run(process.execPath, [source, "--test", "number.test.ts"], { cwd: folder });
    const { stdout } = await running.catch((error: unknown) => error as { stdout: string });
    expect(stdout).toMatch(
      /killed at checkpoint 1 of 3: the world is not as after an unbroken life: \.text: found/,
    );
    expect(stdout).toContain("fail 6");
  });

  test("05 asks a running system anything in any order", async () => {
    const said = await output("--test", "--test-reporter=spec", example("05-in-any-order.ts"));
    expect(said).toMatch(/pass 1\n.*fail 0\n/);
  });

  test("06, a worker in another language, has no more than 60 lines, and takes part in a fleet", () => {
    const lines = readFileSync(example("06-worker.py"), "utf8").trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(60);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(existsSync(join(checkout, "properties/fleet/python-worker.test.ts"))).toBe(true);
  });

  test("numbers are all spoken for here", () => {
    expect(readdirSync(join(checkout, "examples")).toSorted()).toEqual([
      "01-one-job.ts",
      "02-a-group.ts",
      "03-own-driver.ts",
      "04-checked-driver.ts",
      "05-in-any-order.ts",
      "06-worker.py",
    ]);
  });
});

function sha256Of(file: string): { readonly sha256: string } {
  return { sha256: createHash("sha256").update(readFileSync(file)).digest("hex") };
}
