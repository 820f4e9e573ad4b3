/** What can never be recorded is said otherwise, once, so that no job waits for it for ever. */
import { expect, test } from "vitest";
import { BusError } from "../bus/bus-error.ts";
import type { Input } from "../machines/input.ts";
import { refusal } from "../machines/refusal.ts";
import type { Driver } from "./driver.ts";
import { Fleet } from "./fleet.ts";
import { scriptedDriver } from "./scripted-driver.ts";

/** A fleet of one worker whose desk takes for good no input that `isBad`; and what it was told. */
async function begin(
  isBad: (input: Input) => boolean,
  driver: Partial<Driver> = {},
  refuse = (verb: string) => refusal("it is too deep", "body", verb),
) {
  const fleet = new Fleet();
  const { system } = await fleet.open("w1", [scriptedDriver(driver)]);
  const ask = system.desk.ask.bind(system.desk);
  const refused: string[] = [];
  system.desk.ask = async (input, conditions) => {
    if (!isBad(input)) return ask(input, conditions);
    refused.push(input.verb);
    return refuse(input.verb);
  };
  return { fleet, system, refused };
}

const said = (verb: string, why: string) => `the report '${verb}' was refused: ${why}`;
const hasCursor = (input: Input): boolean => "cursor" in input && input.verb !== "claimed";

test("a result that is refused for good fails its job", async () => {
  const { fleet, refused } = await begin(({ verb }) => verb === "finished");
  await using _ = fleet;
  const uid = await fleet.start({ type: "work" });
  expect(await fleet.ended(uid)).toMatchObject({
    outcome: "failed",
    error: said("finished", "it is too deep"),
  });
  expect(refused).toEqual(["finished"]);
  expect(fleet.errors).toEqual([]);
});

test("a result that is too large for the bus fails its job", async () => {
  const { fleet } = await begin(
    ({ verb }) => verb === "finished",
    {},
    () => {
      throw new BusError("too-large", "2 MB");
    },
  );
  await using _ = fleet;
  const uid = await fleet.start({ type: "work" });
  expect(await fleet.ended(uid)).toMatchObject({ error: said("finished", "2 MB") });
  expect(fleet.errors).toEqual([]);
});

test("a cursor that is refused for good goes with no report", async () => {
  const { fleet, refused } = await begin(hasCursor, {
    run: async (job) => {
      await job.checkpoint("deep");
      throw new Error("it broke");
    },
  });
  await using _ = fleet;
  const uid = await fleet.start({ type: "work" });
  expect(await fleet.ended(uid)).toMatchObject({ error: "it broke" });
  expect(refused).toEqual(["failed"]);
});

test("a job with such a cursor is given back all the same", async () => {
  const { fleet, system, refused } = await begin(hasCursor, {
    run: async (job) => {
      await job.checkpoint("deep");
      await job.sleep(1e6);
    },
  });
  await using _ = fleet;
  const uid = await fleet.start({ type: "work" });
  await fleet.world.advance(1_000);
  expect(await system.worker?.drain(1_000)).toBe(0);
  expect(await fleet.job(uid)).toMatchObject({ status: "running", claim: null });
  expect(refused).toEqual(["released"]);
});

test("a job that cannot say that it is ready fails", async () => {
  const driver: Partial<Driver> = { ready: true, run: (job) => job.becomeReady() };
  const { fleet, refused } = await begin(({ verb }) => verb === "ready", driver);
  await using _ = fleet;
  const uid = await fleet.start({ type: "work" });
  expect(await fleet.ended(uid)).toMatchObject({ error: said("ready", "it is too deep") });
  expect(refused).toEqual(["ready"]);
});

test("a job whose prepare resolves with what is refused for good fails", async () => {
  const { fleet, refused } = await begin(({ verb }) => verb === "prepared");
  await using _ = fleet;
  const uid = await fleet.start({ type: "work" });
  expect(await fleet.ended(uid)).toMatchObject({ error: said("prepared", "it is too deep") });
  expect(refused).toEqual(["prepared"]);
});

test("a claim that is refused for good is told of", async () => {
  const { fleet } = await begin(({ verb }) => verb === "claimed");
  await using _ = fleet;
  await fleet.start({ type: "work" });
  await fleet.world.advance(1_000);
  expect(fleet.errors).toMatchObject([{ message: said("claimed", "it is too deep") }]);
});
