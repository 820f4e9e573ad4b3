/**
 * The check of the lifecycle as `jobchart check` runs it. The numbers are the explorations' own:
 * one that changes without a change of what can happen is to be looked into.
 */
import { describe, expect, test } from "vitest";
import { decide } from "../../machines/lifecycle.ts";
import { refusal } from "../../machines/refusal.ts";
import type { Decide } from "../../machines/story.ts";
import { checkLifecycle, partByPart, type Check, type LifecycleCheck } from "./check-lifecycle.ts";

/** The parts' counts, `states / transitions`. */
function countsOf({ parts }: LifecycleCheck): readonly string[] {
  return parts.map(({ scope: { jobs, profile, faults = 0 }, states, transitions }) => {
    const group = `${jobs} ${profile}, ${faults} faults`;
    return `${group}: ${states} / ${transitions}`;
  });
}

/** Seconds on an idle machine; tests share theirs. */
const patience = { timeout: 300_000 };

describe("no invariant is broken, every debt is paid, every cell is reached:", patience, () => {
  test("plain jobs: one, two, two with a loss each, three", () => {
    const result = checkLifecycle({ jobs: 3, kind: "plain" });
    expect(result.violations).toEqual([]);
    expect(countsOf(result)).toEqual([
      "1 wide, 1 faults: 8897 / 31493",
      "1 recovery, 5 faults: 2308 / 8771",
      "2 wide, 0 faults: 14333 / 55914",
      "2 narrow, 1 faults: 12496 / 48149",
      "3 narrow, 0 faults: 9245 / 40666",
    ]);
    expect(result.coverage.reached).toBe(126);
  });

  test("mirrors: one, two", () => {
    const result = checkLifecycle({ jobs: 2, kind: "mirror" });
    expect(result.violations).toEqual([]);
    expect(countsOf(result)).toEqual([
      "1 wide, 1 faults: 7883 / 25563",
      "2 narrow, 0 faults: 11604 / 42029",
    ]);
    expect(result.coverage.reached).toBe(163);
  });
});

/** Refuses what its own guard would allow. */
function refusing(verb: string): Decide {
  return (group, input) => {
    const decision = decide(group, input);
    if (input.verb !== verb || decision.refusal !== undefined) return decision;
    const [job] = group.jobs;
    const said = refusal("not now", "stuck", input.verb, job);
    return { events: [], effects: [], next: group, refusal: said };
  };
}

function throwing(...[group, input]: Parameters<Decide>): ReturnType<Decide> {
  if (input.verb === "pause") throw new Error("no edge");
  return decide(group, input);
}

describe("a check", () => {
  const check: Check = { jobs: 1, kind: "plain" };
  const narrow = { jobs: 1, kind: "plain", profile: "narrow", faults: 1 } as const;

  /** The check of one small space. */
  function checked(how: Partial<Check>): LifecycleCheck {
    const scope = { ...narrow, ...(how.decide === undefined ? {} : { decide: how.decide }) };
    const checking = partByPart({ ...check, ...how }, [scope]);
    checking.next();
    const last = checking.next();
    if (last.done !== true) throw new Error("one part is all");
    return last.value;
  }

  test("fails for cells that it did not come by", () => {
    const { violations, coverage } = checked({});
    expect(violations.map(({ invariant }) => invariant)).toContain("coverage");
    expect(violations.map(({ text }) => text).join("\n")).toContain("'start accepted in created'");
    expect(coverage.reached + coverage.missing.length).toBe(coverage.cells);
  });

  test("speaks of no cell when it stopped at a violation", () => {
    const { violations } = checked({ decide: refusing("pause"), bail: true });
    expect(violations.map(({ invariant }) => invariant)).toEqual(["V2", "V3"]);
  });

  test("takes a lifecycle that throws for a broken one", () => {
    const [first] = checked({ decide: throwing }).violations;
    expect(first?.text).toBe("throws: the lifecycle answers, and never throws: no edge");
  });
});
