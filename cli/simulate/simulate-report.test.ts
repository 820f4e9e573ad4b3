/** What is said of many runs, from tallies that are made up: nobody waits for a thousand here. */
import { describe, expect, test } from "vitest";
import { allMarks } from "../../properties/simulate/marks.ts";
import { noRuns, type Tally } from "../../properties/simulate/tally.ts";
import { isSound, reportLines } from "./simulate-report.ts";

const random = { strategy: "random" } as const;

function tallied(runs: number, missing: number): Tally {
  return { ...noRuns, runs, steps: 1_332_906, marks: allMarks.slice(missing) };
}

function lines(runs: number, missing: number): readonly string[] {
  return reportLines({ plan: random, tally: tallied(runs, missing), tookMs: 4_000 });
}

describe("a report", () => {
  test("groups digits", () => {
    expect(lines(1_200, 0)[0]).toContain("1,200 seeds, each run twice: 1,332,906 steps");
  });

  test("lists the places that were not reached when they are few", () => {
    expect(lines(20, 2)).toContain(`    not: ${allMarks[1]}`);
    expect(lines(20, 11).join()).not.toContain("not: ");
  });

  test("lists all of them when they had to be reached", () => {
    expect(lines(1_000, 11)).toContain(`    not: ${allMarks[10]}`);
  });
});

describe("runs are unsound", () => {
  test("when a thousand seeds have not come everywhere", () => {
    expect(isSound(random, tallied(1_000, 1))).toBe(false);
    expect(isSound(random, tallied(1_000, 0))).toBe(true);
    expect(isSound(random, tallied(999, 1))).toBe(true);
    expect(isSound({ strategy: "exhaustive" }, tallied(1_000, 1))).toBe(true);
    expect(isSound({ ...random, losesSuffix: true }, tallied(1_000, 1))).toBe(true);
  });

  test("when there was not one", () => {
    expect(isSound(random, tallied(0, 0))).toBe(false);
  });
});
