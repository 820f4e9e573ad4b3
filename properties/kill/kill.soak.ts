/** A hundred rounds of killing of each kind, four at a time. */
import { expect, test } from "vitest";
import { copyMs, type Ended, type Round } from "./kill-ground.ts";
import { killRound } from "./kill-round.ts";
import { mirrorRound } from "./mirror-round.ts";

const rounds = 100;
const lanes = 4;

test.each<[string, (round: Round) => Promise<Ended>, number]>([
  ["copies", killRound, copyMs + 600],
  ["mirrors", mirrorRound, copyMs + 1_500],
])(`${rounds} rounds of %s`, async (_what, round, withinMs) => {
  const ends: Ended[] = [];
  let left = rounds;
  const play = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const victim = left % 2 === 0 ? "worker" : "run";
      ends.push(await round({ victim, afterMs: Math.random() * withinMs }));
    }
  };
  await Promise.all(Array.from({ length: lanes }, play));
  const count = (how: Ended["how"]): number => ends.filter((end) => end.how === how).length;
  const resumed = ends.filter(({ epochs }) => epochs > 1).length;
  console.log(`success ${count("success")}, never created ${count("never")}, resumed ${resumed}`);
  expect(count("success") + count("never")).toBe(rounds);
  expect(resumed).toBeGreaterThan(rounds / 4);
});
