import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { TrialFolder } from "./trial-folder.ts";

const tape = {
  format: "jobchart-tape",
  version: 1,
  kind: "simulate",
  seed: 3,
  strategy: "random",
  choices: [0, 1, 1],
};

function keep(folder: TrialFolder, name: string, content: object): void {
  writeFileSync(join(folder.path, name), JSON.stringify(content));
}

afterEach(() => {
  vi.unstubAllEnvs();
});

test("simulate runs seeds, and says how many, how fast and how far", async () => {
  using folder = new TrialFolder();
  const [figures] = await folder.json("simulate", "--seed", "3", "--seeds", "2");
  expect(figures).toMatchObject({ runs: 2, coverage: { missing: expect.any(Array) as unknown } });
  const told = await folder.run("simulate", "--seeds", "1", "--strategy", "pct");
  expect(told.code).toBe(0);
  expect(told.stdout).toMatch(/^✓ 1 seed, each run twice: \d/);
});

test("simulate says of losses how many there were, and how soon they were noticed", async () => {
  using folder = new TrialFolder();
  const { code, stdout } = await folder.run("simulate", "--lose-suffix", "--seeds", "3");
  expect(code).toBe(0);
  expect(stdout).toMatch(/[123] loss(es)? of \d+ commits?, each noticed by all who knew, \d+ in/);
});

test("simulate makes the runs of the exhaustive strategy from the one that is named on", async () => {
  using folder = new TrialFolder();
  const words = ["--strategy", "exhaustive", "--seed", "4", "--seeds", "2"];
  const { code, stdout } = await folder.run("simulate", ...words);
  expect(code).toBe(0);
  expect(stdout).toContain("✓ 2 runs, each made twice");
});

test("simulate runs a tape again", async () => {
  using folder = new TrialFolder();
  keep(folder, "a.tape.json", tape);
  const sound = await folder.run("simulate", "--replay", "a.tape.json");
  expect(sound.code).toBe(0);
  expect(sound.stdout).toContain("✓ nothing is broken by this tape");
  keep(folder, "b.tape.json", { ...tape, choices: "none" });
  const refused = await folder.run("simulate", "--replay", "b.tape.json");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("b.tape.json: is no tape of a simulation");
});

test("simulate says of the tape of a mended failure what it was", async () => {
  using folder = new TrialFolder();
  keep(folder, "a.tape.json", { ...tape, broken: "V1 cancel is taken" });
  const { code, stdout } = await folder.run("simulate", "--replay", "a.tape.json");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^✓ this tape no longer fails.*\n  when it was recorded: V1 cancel/);
});

test("simulate, interrupted, says what was done so far", async () => {
  vi.stubEnv("NODE_OPTIONS", "--import data:text/javascript,process.stderr.isTTY=true");
  using folder = new TrialFolder();
  const running = folder.start("simulate", "--minutes", "5");
  await running.says(/\d seeds? in /);
  running.kill("SIGINT");
  expect(await running.end()).toBe(130);
  expect(running.output).toMatch(/✓ \d+ seeds?, each run twice, interrupted: \d/);
});

test.each([
  [["--strategy", "lucky"], "--strategy: expected random, pct or exhaustive, found 'lucky'"],
  [["--seeds", "-1"], "--seeds: expected a whole number from 1 to 999,999,999, found '-1'"],
  [["--seeds", "0"], "--seeds: expected a whole number from 1 to"],
  [["--minutes", "soon"], "--minutes: expected a number of minutes"],
  [["--replay", "none.json"], "none.json: cannot be read"],
  [["--replay", "none.json", "--seeds", "3"], "--replay and --seeds exclude each other"],
  [["--tape", "none/a.json"], "--tape: none/a.json cannot be written"],
  [["--tape", "."], "--tape: . cannot be written: it is a folder"],
])("simulate %j is refused", async (words, said) => {
  using folder = new TrialFolder();
  const { code, stderr } = await folder.run("simulate", ...words);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});
