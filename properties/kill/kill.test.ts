/** Ten rounds of killing; `npm run soak` plays a hundred. */
import { expect, test } from "vitest";
import { copyMs, killRound, type Round } from "./kill-round.ts";

const rounds: readonly Round[] = Array.from({ length: 10 }, (_, index) => ({
  victim: index % 2 === 0 ? "worker" : "run",
  afterMs: Math.random() * (copyMs + 600),
}));

test.concurrent.each(rounds)("$victim killed after $afterMs ms", async (round) => {
  const { how } = await killRound(round);
  expect(["success", "never"]).toContain(how);
});
