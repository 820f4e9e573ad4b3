import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { jobMutants } from "../properties/invariants/job-mutants.ts";
import { partByPart, type LifecycleViolation } from "../properties/explore/check-lifecycle.ts";
import { recordTape } from "../properties/explore/tape.ts";
import { shown } from "./check/check-report.ts";
import { storiesOf, storyText } from "./check/stories.ts";
import { TrialFolder } from "./trial-folder.ts";

const driver = `
import { defineJob } from "jobchart";

export default defineJob({ type: "tidy", args: {}, async run() {}, async clean() {} });
`;

test("a driver's shape is explored, and the answer is one object", async () => {
  using folder = new TrialFolder();
  folder.file("mine.ts", driver);
  const words = ["check", "--drivers", "mine.ts", "--jobs", "1", "--json"];
  const { code, stdout } = await folder.run(...words);
  const found = JSON.parse(stdout) as Record<string, unknown>;
  expect(code).toBe(0);
  expect(found).toMatchObject({ jobs: 1, faults: 0, violations: [] });
  const { cells, reached } = found["coverage"] as { cells: number; reached: number };
  expect(reached).toBe(cells);
  expect(found["parts"]).toEqual(
    expect.arrayContaining([expect.objectContaining({ of: "tidy", jobs: 1, faults: 1 })]),
  );
});

/** What an exploration of the first mutant finds, in a group of so many. */
function violationsOf(jobs: number, bail = true): readonly LifecycleViolation[] {
  const [mutant] = jobMutants;
  if (mutant === undefined) throw new Error("there are mutants");
  const scope = { jobs, kind: "plain", profile: "core", decide: mutant.broken } as const;
  const checking = partByPart({ jobs, kind: "plain", bail }, [scope]);
  checking.next();
  const last = checking.next();
  return last.done === true ? last.value.violations : [];
}

function broken(): LifecycleViolation {
  const [violation] = violationsOf(1);
  if (violation === undefined) throw new Error("nothing is broken");
  return violation;
}

test("a violation is told step by step, in text, Mermaid and ITF", () => {
  const violation = shown(broken());
  expect(violation.sequence).toEqual(["user: create (plan 1)", "user: pause a"]);
  const [story] = storiesOf([violation]);
  if (story === undefined) throw new Error("it has a tape");
  expect(story.broken).toEqual([violation.text]);
  expect(storyText(story, "text")).toMatch(/^1 .* create +a: created \(can .*\n2 .* pause a .*\n$/);
  expect(storyText(story, "mermaid")).toMatch(/^sequenceDiagram[^]*✗ S1/);
  expect(JSON.parse(storyText(story, "itf"))).toHaveProperty("states");
});

test("what one sequence breaks is one story, and each sentence is told once, by its shortest", () => {
  const [one, two] = [violationsOf(1, false), violationsOf(2, false)];
  const found = [...two, ...one].filter(({ scope }) => scope !== undefined).map(shown);
  const stories = storiesOf(found);
  const told = stories.flatMap((story) => story.broken);
  expect(stories.length).toBeLessThan(told.length);
  expect(told.map((text) => text.split(" ")[0])).toEqual([
    ...new Set(told.map((text) => text.split(" ")[0])),
  ]);
  expect(told.length).toBe(new Set(found.map(({ invariant }) => invariant)).size);
  for (const { tape, broken: texts } of stories) {
    expect(texts[0]).toMatch(new RegExp(`^${tape.invariant}\\b`));
    const same = found.filter(({ invariant }) => invariant === tape.invariant);
    const lengths = same.map(({ sequence, loop = [] }) => sequence.length + loop.length);
    expect(tape.inputs.length).toBe(Math.min(...lengths));
  }
});

test("a tape is played again, and holds on the right lifecycle", async () => {
  using folder = new TrialFolder();
  writeFileSync(join(folder.path, "S1.tape.json"), JSON.stringify(recordTape(broken())));
  const { code, stdout } = await folder.run("check", "--replay", "S1.tape.json");
  expect(code).toBe(0);
  expect(stdout).toContain("✓ S1 holds of every step of this tape");
  const asked = await folder.run("check", "--replay", "S1.tape.json", "--json");
  expect(JSON.parse(asked.stdout)).toMatchObject({ invariant: "S1", violations: [] });
});

/** A tape that breaks whatever plays it: it creates, and does not say what. */
function badTape(invariant: string): string {
  const input = { id: "c1", by: "user", at: 1_000, verb: "create" };
  const tape = recordTape(broken());
  return JSON.stringify({ ...tape, invariant, inputs: [input, ...tape.inputs], details: [] });
}

test("a tape's story ends with its own sentence, once, and says when that one holds", async () => {
  using folder = new TrialFolder();
  folder.file("own.json", badTape("throws"));
  folder.file("other.json", badTape("S1"));
  const own = await folder.run("check", "--replay", "own.json");
  expect(own.code).toBe(1);
  expect(own.stdout.match(/^✗.*$/gm)).toEqual([expect.stringMatching(/^✗ throws: /)]);
  const other = await folder.run("check", "--replay", "other.json");
  expect(other.code).toBe(1);
  expect(other.stdout).toContain("✓ S1 holds of every step of this tape, but something else");
});

test("with a format, what another tool reads is alone on standard output", async () => {
  using folder = new TrialFolder();
  folder.file("own.json", badTape("throws"));
  const itf = await folder.run("check", "--replay", "own.json", "--format", "itf");
  expect(JSON.parse(itf.stdout)).toHaveProperty("states");
  expect(itf.stderr).toMatch(/^✗ throws: /);
  const mermaid = await folder.run("check", "--replay", "own.json", "--format", "mermaid");
  expect(mermaid.stdout).toMatch(/^sequenceDiagram\n(?: {4}.*\n)+$/);
});

test.each([
  ["--jobs 0", ["--jobs", "0"], "--jobs: expected a whole number from 1 to 6, found '0'"],
  ["--jobs many", ["--jobs", "many"], "found 'many'"],
  ["--faults -1", ["--faults=-1"], "--faults: expected a whole number from 0 to 9"],
  ["an unknown kind", ["--kind", "copy"], "--kind: expected plain or mirror, found 'copy'"],
  ["an unknown format", ["--format", "svg"], "--format: expected text, mermaid or itf"],
  ["a kind and drivers", ["--kind", "plain", "--drivers", "x.ts"], "exclude each other"],
  ["a tape and what to explore", ["--replay", "x", "--jobs", "2"], "--jobs exclude each other"],
  ["JSON and a format", ["--json", "--format", "itf"], "exclude each other"],
  ["an empty tape", ["--replay", "empty-tape"], "empty-tape: expected a tape that 'check' wrote: "],
  ["a tape with a strange word", ["--replay", "odd-tape"], "inputs.0.verb: 'hibernate' is nothing"],
  ["a word", ["all"], "Unexpected word 'all'"],
  ["no such tape", ["--replay", "none.json"], "none.json: cannot be read"],
  ["no tape", ["--replay", "no-tape"], "no-tape: expected a tape that 'check' wrote"],
])("bad usage ends with 2 and says what would be right: %s", async (_what, words, why) => {
  using folder = new TrialFolder();
  folder.file("no-tape", "{}");
  const odd = { id: "c1", by: "user", at: 1_000, verb: "hibernate" };
  folder.file("odd-tape", JSON.stringify({ ...recordTape(broken()), inputs: [odd] }));
  folder.file("empty-tape", JSON.stringify({ ...recordTape(broken()), inputs: [] }));
  const { code, stderr } = await folder.run("check", ...words);
  expect(stderr).toContain(why);
  expect(code).toBe(2);
});
