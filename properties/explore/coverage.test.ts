import { describe, expect, test } from "vitest";
import type { Capability, Shape } from "../../machines/record.ts";
import type { Step } from "../invariants/invariant.ts";
import { Coverage, gaps } from "./coverage.ts";
import { explore } from "./explore.ts";
import { lifecycleSpace } from "./lifecycle-space.ts";

/** What a check of a driver with these callbacks came by. */
function covered(...can: readonly Capability[]) {
  const kind: Shape = { can, place: "anywhere", recover: "resume" };
  const coverage = new Coverage();
  const onAnswer = (step: Step): void => coverage.see(step);
  explore(lifecycleSpace({ jobs: 1, kind, profile: "wide", onAnswer }));
  explore(lifecycleSpace({ jobs: 2, kind, profile: "narrow", onAnswer }));
  const explored = { jobs: 2, shape: kind, isAlone: true };
  return { ...coverage.result(explored), surprises: coverage.surprises(explored) };
}

const drivers: readonly (readonly Capability[])[] = [
  [],
  ["prepare"],
  ["commit"],
  ["clean", "change"],
  ["ready", "abort"],
];

describe("a driver alone comes by every cell but those that are excused, and by none of them:", () => {
  test.each(drivers.map((can) => [can.join(", ") || "no callback", can] as const))(
    "%s",
    (_name, can) => {
      const { cells, reached, missing, surprises } = covered(...can);
      expect(missing).toEqual([]);
      expect(surprises).toEqual([]);
      expect(reached).toBe(cells);
    },
  );
});

test("a cell that was not reached is missing", () => {
  const explored = {
    jobs: 2,
    shape: { can: [], place: "anywhere", recover: "resume" } as const,
    isAlone: false,
  };
  const { reached, missing } = new Coverage().result(explored);
  expect(reached).toBe(0);
  expect(missing).toContain("running -> waiting");
  expect(missing).toContain("cancel accepted in running");
  expect(missing).toContain("cancel refused in concluded");
  expect(missing).not.toContain("running -> ready");
});

test("every gap has its reason", () => {
  for (const { why } of gaps) expect(why.length).toBeGreaterThan(20);
});
