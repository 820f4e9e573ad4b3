/** Teeth: each defect is found within a number of seeds; seeds.test.ts finds nothing without one. */
import { describe, expect, test } from "vitest";
import { campaign } from "./campaign.ts";
import type { Defect } from "./defect.ts";
import { breakingChains, defects, hidingLoss } from "./defects.ts";
import { processDefects } from "./process-defects.ts";
import { random } from "./random.ts";
import { simulate } from "./simulate.ts";

const seedsMax = 120;

/** The first thing that seeds find of it; undefined when they find nothing. */
async function found(defect: Defect, losesSuffix = false): Promise<string | undefined> {
  const { seed: first = 1 } = defect;
  for (let seed = first; seed < first + seedsMax; seed += 1) {
    const options = { strategy: "random", defect, losesSuffix } as const;
    const { broken } = await simulate(random(seed), options);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

describe("seeds find", () => {
  test.each([...defects, ...processDefects])("$name", async (defect) => {
    expect(await found(defect)).toMatch(defect.finds);
  });

  test.each([hidingLoss, breakingChains])("$name", async (defect) => {
    expect(await found(defect, true)).toMatch(defect.finds);
  });
});

test("after a loss all who follow notice and stop, and what is left comes to its end", async () => {
  const plan = { strategy: "random", seed: 1, count: 40, losesSuffix: true } as const;
  let runs = 0;
  const damaged: string[] = [];
  for await (const { seed, outcome } of campaign(plan)) {
    expect(outcome.broken && `seed ${seed}: ${outcome.broken}`).toBeUndefined();
    damaged.push(...outcome.simulation.loss.damaged);
    runs += 1;
  }
  expect(runs).toBe(40);
  expect(damaged).not.toEqual([]);
});
