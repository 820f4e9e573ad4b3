/** The story of a run that really was, in which one group is said to be broken. */
import { expect, test } from "vitest";
import { random } from "./random.ts";
import { simulate, type Outcome } from "./simulate.ts";
import { lengthOf, storyOf } from "./story.ts";

/** The first run with several groups, and two of them. */
async function crowded(): Promise<{ outcome: Outcome; one: string; other: string }> {
  for (let seed = 1; ; seed += 1) {
    const outcome = await simulate(random(seed), { strategy: "random" });
    const [one, other] = outcome.simulation.chronicle.gids;
    if (one !== undefined && other !== undefined) return { outcome, one, other };
  }
}

test("a story is about the group that is broken, and only names the others", async () => {
  const { outcome, one, other } = await crowded();
  const broken = `V1 nothing is taken: cancel ${one}-1`;
  const story = storyOf({ ...outcome, broken });
  expect(story).toContain(`group ${one}\n`);
  expect(story.split(other)).toHaveLength(2);
  expect(story).toMatch(/\(left out: .*\)/);
  expect(story).toContain("  rev 1 is stored");
  expect(story.endsWith(`✗ ${broken}`)).toBe(true);
  expect(lengthOf({ ...outcome, broken })).toBeLessThan(lengthOf(outcome));
});

test("a story tells all groups when what is broken names none", async () => {
  const { outcome, one, other } = await crowded();
  const story = storyOf({ ...outcome, broken: "E10 the feed has 2 entries, the log makes 3" });
  expect(story).toContain(`group ${one}\n`);
  expect(story).toContain(`group ${other}\n`);
  expect(story).not.toContain("left out: ");
});
