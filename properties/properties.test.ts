/** The public module, as its users have it: by its name, with and without fast-check. */
import * as fc from "fast-check";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import {
  driverContract,
  histories,
  invariants,
  jobSpecs,
  groupSpecs,
  judgeCommits,
  judgeLog,
  violationsOf,
} from "jobchart/properties";
import { isRefusal, openJobSystem, type Driver } from "jobchart";
import { builtIn } from "../drivers/built-in.ts";

const root = join(import.meta.dirname, "..");

const seed = 20_251_120;
const drawn = fc.sample(histories(), { seed, numRuns: 200 });

describe("a history that is drawn", () => {
  test("is one that the judge finds conforming, and breaks no invariant", async () => {
    for (const { commits, steps } of drawn.slice(0, 50)) {
      const events = steps.flatMap(({ decision }) => decision.events).length;
      expect(await judgeCommits(commits)).toMatchObject({ verdict: "conforms", events });
      expect(steps.flatMap(violationsOf)).toEqual([]);
    }
  });

  test("is printed as a story", () => {
    const alone = drawn.find(({ group }) => group.jobs.length === 1);
    expect(fc.stringify(alone)).toMatch(/^"?\n *1 .*user +create\s+a: created/);
  });

  test("may be short or long, refused or accepted, of one job or of four", () => {
    const steps = drawn.flatMap((history) => history.steps);
    const verbs = new Set(steps.map(({ input }) => input.verb));
    expect(verbs.size).toBeGreaterThan(25);
    expect(new Set(drawn.map(({ group }) => group.jobs.length))).toEqual(new Set([0, 1, 2, 3, 4]));
    expect(Math.max(...drawn.map(({ commits }) => commits.length))).toBeGreaterThan(20);
    expect(steps.some(({ decision }) => decision.refusal !== undefined)).toBe(true);
  });
});

test("a group that is drawn is taken, and its log conforms", async () => {
  const noop: Driver = { type: "noop", args: {}, run: async () => {} };
  const specs = fc.sample(groupSpecs(jobSpecs({ type: "noop" })), { seed, numRuns: 30 });
  const worker = { takes: "own" } as const;
  await using jobs = await openJobSystem({ bus: "memory:", drivers: [noop], worker });
  for (const spec of specs) expect(isRefusal(await jobs.transaction(spec))).toBe(false);
  const created = specs.reduce((sum, spec) => sum + spec.jobs.length, 0);
  expect(await judgeLog(jobs.bus)).toMatchObject({ verdict: "conforms", jobs: created });
});

test("a log that somebody changed does not conform", async () => {
  const changed = drawn
    .map(({ commits }) => commits.map((text) => text.replace('"to":"running"', '"to":"paused"')))
    .filter((commits, index) => commits.join() !== drawn[index]?.commits.join());
  expect(changed.length).toBeGreaterThan(100);
  const verdicts = await Promise.all(changed.map(judgeCommits));
  expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(["diverges"]));
});

test("every built-in driver has a test of its contract", () => {
  for (const { type } of builtIn) {
    const text = readFileSync(join(root, `properties/${type}-contract.test.ts`), "utf8");
    expect(text).toContain(`driverContract(test, ${type},`);
  }
  expect(driverContract).toBeTypeOf("function");
});

test("every invariant has its number and its words", () => {
  for (const { id, text } of invariants) expect(`${id} ${text}`).toMatch(/^[A-Z]\d+ \S+ \S+/);
});

describe("without the packages that only some need", () => {
  const run = promisify(execFile);

  /** Runs a module in a process in which those packages cannot be found. */
  async function without(packages: readonly string[], code: string): Promise<string> {
    const hooks = `
      import { registerHooks } from "node:module";
      registerHooks({ resolve: (name, context, next) => {
        if (!${JSON.stringify(packages)}.includes(name)) return next(name, context);
        throw Object.assign(new Error("no " + name), { code: "ERR_MODULE_NOT_FOUND" });
      } });`;
    const words = [
      "--conditions=jobchart-source",
      "--import",
      `data:text/javascript,${encodeURIComponent(hooks)}`,
    ];
    const script = ["--input-type=module", "--eval", code];
    return (await run(process.execPath, [...words, ...script], { cwd: root })).stdout.trim();
  }

  test("the module loads, and the contract of drivers is there", async () => {
    const code = `
      import { driverChecks } from "jobchart/properties";
      const noop = { type: "noop", args: {}, run: (job) => job.pausePoint() };
      for (const { run } of driverChecks(noop, {})) await run();
      console.log("kept");`;
    expect(await without(["fast-check", "vitest", "@fast-check/vitest"], code)).toBe("kept");
  });

  test("an arbitrary says which package it needs", async () => {
    const code = `
      import { histories } from "jobchart/properties";
      try { histories() } catch (error) { console.log(error.message) }`;
    expect(await without(["fast-check"], code)).toBe(
      "arbitraries need the package fast-check, which is not installed: " +
        "npm install --save-dev fast-check",
    );
  });
});
