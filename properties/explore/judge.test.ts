import { describe, expect, test } from "vitest";
import { groupMutants } from "../invariants/group-mutants.ts";
import type { Step } from "../invariants/invariant.ts";
import { violationsOf } from "../invariants/invariants.ts";
import { jobMutants } from "../invariants/job-mutants.ts";
import { logMutants } from "../invariants/log-mutants.ts";
import { verbMutants } from "../invariants/verb-mutants.ts";
import { explore } from "./explore.ts";
import { lifecycleSpace, type Scope } from "./lifecycle-space.ts";

const mutants = [...jobMutants, ...verbMutants, ...groupMutants, ...logMutants];

/** What the judge says is broken, and what asking every sentence of every step says. */
function brokenBy(scope: Scope) {
  const whole = new Set<string>();
  const onAnswer = (step: Step): void => {
    for (const { id } of violationsOf(step)) whole.add(id);
  };
  const { violations } = explore(lifecycleSpace({ ...scope, onAnswer }), { statesMax: 60 });
  const judged = new Set(violations.map(({ id }) => id).filter((id) => id !== "E2"));
  whole.delete("E2");
  return { judged: [...judged].toSorted(), whole: [...whole].toSorted() };
}

describe("the judge finds broken what asking everything of every step does, when", () => {
  const scope = { jobs: 2, kind: "mirror", profile: "narrow", faults: 1 } as const;

  test.each(mutants.filter(({ breaks }) => breaks !== "L8"))("$how", ({ broken }) => {
    const { judged, whole } = brokenBy({ ...scope, decide: broken });
    expect(judged).toEqual(whole);
  });
});
