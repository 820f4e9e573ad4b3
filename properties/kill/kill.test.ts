/** Some rounds of killing; `npm run soak` plays a hundred of each. */
import { expect, test } from "vitest";
import { copyMs, type Round } from "./kill-ground.ts";
import { killRound } from "./kill-round.ts";
import { mirrorRound } from "./mirror-round.ts";

function rounds(count: number, withinMs: number): readonly Round[] {
  return Array.from({ length: count }, (_, index) => ({
    victim: index % 2 === 0 ? "worker" : "run",
    afterMs: Math.random() * withinMs,
  }));
}

test.concurrent.each(rounds(10, copyMs + 600))(
  "a copy by $victim, killed after $afterMs ms",
  async (round) => {
    const { how } = await killRound(round);
    expect(["success", "never"]).toContain(how);
  },
);

test.concurrent.each(rounds(3, copyMs + 1_500))(
  "a mirror by $victim, killed after $afterMs ms",
  async (round) => {
    const { how } = await mirrorRound(round);
    expect(["success", "never"]).toContain(how);
  },
);
