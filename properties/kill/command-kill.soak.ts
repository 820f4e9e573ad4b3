/** Sixty rounds of killing a worker with its program, four at a time; and a flood of a gigabyte. */
import { expect, test } from "vitest";
import { CommandTrial } from "../command/command-trial.ts";
import { commandRound } from "./command-round.ts";

const rounds = 60;
const lanes = 4;

test(`${rounds} rounds`, async () => {
  let [left, begun] = [rounds, 0];
  const play = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const program = left % 2 === 0 ? "runs" : "stands still";
      const times = await commandRound({ program, afterMs: Math.random() * 500 });
      begun += times;
    }
  };
  await Promise.all(Array.from({ length: lanes }, play));
  console.log(`begun ${begun} times`);
  expect(begun).toBeGreaterThan(rounds);
});

test("a flood of a gigabyte stays out of memory, and holds up nobody", async () => {
  await using stage = await CommandTrial.open();
  const before = process.memoryUsage().rss;
  const line = "yes 'a line at 12%' | head -c 1000000000";
  const args = { argv: ["sh", "-c", line], progress: String.raw`(?<percent>\d+)%` };
  const { outcome } = await stage.ended(args);
  expect(outcome).toBe("success");
  expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
});
