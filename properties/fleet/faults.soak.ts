/** The faults of nodes and workers in their long form. */
import { expect, test } from "vitest";
import { describeWith, parts } from "../parts.ts";
import { weatherStorm } from "./command-storm.ts";
import { copyThroughKills } from "./killed-copies.ts";
import { raceForNames } from "./names-raced.ts";
import { relayThroughStops } from "./stopped-relays.ts";

describeWith(parts.nats, "a fleet on trial for long", () => {
  test("three nodes killed in turn, 100 times, amid 200 commands a second", async () => {
    const storm = { jobs: 1_000, nodes: 3, ends: 100, signal: "SIGKILL" } as const;
    const { verdict, givenUp } = await weatherStorm(storm);
    console.log(`${givenUp} times a client was told "unavailable", and asked again`);
    expect(verdict).toMatchObject({ verdict: "conforms" });
  });

  test("100 copies on 5 workers, of which 30 are killed", async () => {
    const plan = { copies: 100, workers: 5, kills: 30, everyMs: 700 };
    expect(await copyThroughKills(plan)).toMatchObject({ verdict: "conforms" });
  });

  test("500 ids, each created at once by several nodes", async () => {
    expect(await raceForNames(500)).toMatchObject({ verdict: "conforms" });
  });

  test("relays stopped 60 times", async () => {
    const { feed, changes } = await relayThroughStops(60);
    expect(feed).toEqual(changes);
  });
});
