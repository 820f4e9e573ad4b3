/**
 * The whole system under every fault, from 500 seeds, each run twice. A failure names its seed and
 * strategy: `jobchart simulate --seed N --strategy NAME` tells its story.
 */
import { expect, test } from "vitest";
import { allMarks } from "./marks.ts";
import { inShards } from "./shards.ts";
import { sumOf, type Tally } from "./tally.ts";

const seedsOfEach = 250;
const minutes = 5;

test(
  "500 seeds hold every invariant, make the same run twice, and reach every place",
  async () => {
    const at = { seed: 1, count: seedsOfEach };
    const options = { signal: AbortSignal.timeout(minutes * 60_000), onTally: () => {} };
    const random = await inShards({ ...at, strategy: "random" }, options);
    expectSound("random", random);
    const starved = await inShards({ ...at, strategy: "pct" }, options);
    expectSound("pct", starved);
    const { marks } = sumOf(random, starved);
    expect(allMarks.filter((mark) => !marks.includes(mark))).toEqual([]);
  },
  minutes * 60_000,
);

function expectSound(strategy: string, { runs, failure }: Tally): void {
  const where = failure && `seed ${failure.seed}, strategy ${strategy}: ${failure.broken}`;
  expect(where).toBeUndefined();
  expect(runs).toBe(seedsOfEach);
}
