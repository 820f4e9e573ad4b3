/** No job is left with a session that lives on and does not serve it. */
import { expect, test } from "vitest";
import { BusError } from "../bus/bus-error.ts";
import { Fleet } from "./fleet.ts";
import { scriptedDriver } from "./scripted-driver.ts";

const foreign = (): never => {
  throw new BusError("foreign", "this is no node of ours");
};

test("a report that fails unforeseen ends the session, and the job goes on in the next", async () => {
  await using fleet = new Fleet();
  const driver = scriptedDriver();
  const { system } = await fleet.open("w1", [driver]);
  const ask = system.desk.ask.bind(system.desk);
  let isOnce = true;
  system.desk.ask = async (input, conditions) => {
    if (input.verb !== "finished" || !isOnce) return ask(input, conditions);
    isOnce = false;
    return foreign();
  };
  const uid = await fleet.start({ type: "work", id: "a" });
  expect(await fleet.ended(uid)).toMatchObject({ outcome: "success", epoch: 2 });
  expect(driver.calls.slice(0, 2)).toEqual(["run a 1", "run a 2"]);
  expect(fleet.errors).toMatchObject([{ code: "foreign" }]);
});

test("a claim that may have been written, and is not served, ends the session", async () => {
  await using fleet = new Fleet();
  const { system } = await fleet.open("w1", [scriptedDriver()]);
  const ask = system.desk.ask.bind(system.desk);
  let tries = 0;
  system.desk.ask = async (input, conditions) => {
    if (input.verb !== "claimed" || tries === 2) return ask(input, conditions);
    tries += 1;
    if (tries === 2) return foreign();
    await ask(input, conditions);
    throw new BusError("unavailable", "no answer");
  };
  const uid = await fleet.start({ type: "work" });
  expect(await fleet.ended(uid)).toMatchObject({ outcome: "success", epoch: 2 });
  expect(fleet.errors).toMatchObject([{ code: "foreign" }]);
});

test("a worker takes nothing while it cannot have a lease, and takes again when it can", async () => {
  await using fleet = new Fleet();
  const [bad, good] = [scriptedDriver({}, { steps: 0 }), scriptedDriver({}, { steps: 0 })];
  const { process } = await fleet.open("w1", [bad]);
  const { values } = fleet.bus;
  let isAway = true;
  process.bus.values.put = (...args) =>
    isAway ? Promise.reject(new BusError("unavailable", "away")) : values.put(...args);
  await fleet.world.advance(9_000);
  const second = await fleet.open("w2", [good]);
  const uids: string[] = [];
  for (let n = 0; n < 20; n += 1) uids.push(await fleet.start({ type: "work" }));
  await fleet.world.advance(2_000);
  for (const uid of uids) expect(await fleet.job(uid)).toMatchObject({ status: "null" });
  expect(bad.calls).toEqual([]);
  isAway = false;
  await second.system.worker?.drain(0);
  await fleet.world.advance(2_000);
  expect((await fleet.ended(await fleet.start({ type: "work" }))).outcome).toBe("success");
  expect(bad.calls).not.toEqual([]);
  expect(fleet.errors).toEqual([]);
});
