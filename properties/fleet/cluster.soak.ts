/** Clusters and lines in trouble for long: leaders killed in turn, lines held up past all patience. */
import { expect, test } from "vitest";
import { describeWith, parts } from "../parts.ts";
import { loseLeaders } from "./lose-leaders.ts";
import { conforming } from "./soundness.ts";
import { standStill } from "./stand-still.ts";

describeWith(parts.nats, "a fleet on a cluster, for long", () => {
  test("whose log loses its leader 20 times", async () => {
    expect(await loseLeaders({ times: 20, lanes: 20 })).toEqual(conforming);
  });

  test("whose servers stand still in turn, each until its clients go elsewhere", async () => {
    const { verdict, found } = await standStill();
    expect(verdict).toEqual(conforming);
    expect(found).toBeGreaterThan(0);
  });
});
