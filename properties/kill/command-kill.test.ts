/** Two rounds of killing a worker with its program; `npm run soak` plays sixty. */
import { expect, test } from "vitest";
import { commandRound } from "./command-round.ts";

test.concurrent.each([
  { program: "runs", afterMs: Math.random() * 200 },
  { program: "stands still", afterMs: 0 },
] as const)("killed after $afterMs ms, when the program $program", async (round) => {
  // On a busy machine the kill may come after the program's end, or a lease be lost besides.
  expect(await commandRound(round)).toBeGreaterThanOrEqual(round.program === "runs" ? 1 : 2);
});
