/** Nodes that go amid 200 commands a second; faults.soak.ts does so for longer. */
import { expect, test } from "vitest";
import { describeWith, parts } from "../parts.ts";
import { weatherStorm, type Storm } from "./command-storm.ts";

const storms: readonly Storm[] = [
  { jobs: 100, nodes: 2, ends: 3, signal: "SIGKILL" },
  { jobs: 100, nodes: 1, ends: 2, signal: "SIGTERM" },
];

describeWith(parts.nats, "nodes that go", () => {
  test.concurrent.each(storms)(
    "$signal of each of $nodes nodes: what was acknowledged is in the log exactly once",
    async (storm) => {
      const weathered = await weatherStorm(storm);
      expect(weathered).toMatchObject({ verdict: { verdict: "conforms" }, givenUp: 0 });
    },
  );
});
