import { expect, test } from "vitest";
import { describeWith, parts } from "../parts.ts";
import { FleetTrial } from "./fleet-trial.ts";

describeWith(parts.nats, "a fleet on trial", () => {
  test("a fleet of processes runs a job", async () => {
    await using trial = await FleetTrial.open();
    await trial.node();
    await trial.worker("w1");
    const client = await trial.client();
    await client.create({ type: "noop", id: "one" });
    expect(await client.settled("one")).toMatchObject({ outcome: "success" });
    expect((await trial.run("show", "one")).code).toBe(0);
  });
});
