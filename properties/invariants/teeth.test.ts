/**
 * Teeth: every invariant is shown able to fail. Each mutant's story is sound under the right
 * lifecycle, and turns the invariant red under the broken one.
 */
import { describe, expect, test } from "vitest";
import { decide } from "../../machines/lifecycle.ts";
import { Story, type Decide } from "../../machines/story.ts";
import { elsewhere } from "./elsewhere.ts";
import { invariants, violationsOf } from "./invariants.ts";
import type { Mutant } from "./mutant.ts";
import { mutants } from "./mutants.ts";

/** The numbers of the invariants that the story breaks when it is lived by this lifecycle. */
function broken(story: Mutant["story"], how: Decide): ReadonlySet<string> {
  const told = new Story(how);
  try {
    story(told);
  } catch {
    // A broken lifecycle may refuse what the story goes on with; what it did until then counts.
  }
  const violations = told.steps.flatMap((step) => violationsOf({ ...step, decide: how }));
  return new Set(violations.map(({ id }) => id));
}

describe.each(mutants)("$breaks turns red when $how", (mutant) => {
  test("and not before", () => {
    expect([...broken(mutant.story, decide)]).toEqual([]);
    expect([...broken(mutant.story, mutant.broken)]).toContain(mutant.breaks);
  });

  test("in a story that the right lifecycle can tell to its end", () => {
    expect(() => mutant.story(new Story())).not.toThrow();
  });
});

test("every invariant has a mutant", () => {
  const bitten = new Set(mutants.map(({ breaks }) => breaks));
  expect(bitten).toEqual(new Set(invariants.map(({ id }) => id)));
});

test("every number is held here, or elsewhere with its reason, and once", () => {
  const counts = { S: 19, V: 6, G: 11, L: 11, F: 10, E: 11 };
  const numbers = Object.entries(counts).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
  );
  const held = [...invariants.map(({ id }) => id), ...Object.keys(elsewhere)];
  expect(held.toSorted()).toEqual(numbers.toSorted());
});
