/** A hundred rounds of killing, four at a time. */
import { expect, test } from "vitest";
import { copyMs, killRound, type Ended } from "./kill-round.ts";

const rounds = 100;
const lanes = 4;

test(`${rounds} rounds`, async () => {
  const ends: Ended[] = [];
  let left = rounds;
  const play = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const victim = left % 2 === 0 ? "worker" : "run";
      ends.push(await killRound({ victim, afterMs: Math.random() * (copyMs + 600) }));
    }
  };
  await Promise.all(Array.from({ length: lanes }, play));
  const count = (how: Ended["how"]): number => ends.filter((end) => end.how === how).length;
  const resumed = ends.filter(({ epochs }) => epochs > 1).length;
  console.log(`success ${count("success")}, never created ${count("never")}, resumed ${resumed}`);
  expect(count("success") + count("never")).toBe(rounds);
  expect(resumed).toBeGreaterThan(rounds / 4);
});
