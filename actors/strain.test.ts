/** Trouble that is not the jobs': a slow queue, a bus that is away, a claim in flight at a drain. */
import { expect, test } from "vitest";
import { BusError } from "../bus/bus-error.ts";
import { Fleet } from "./fleet.ts";
import { jobTypeOf } from "./registry.ts";
import { scriptedDriver } from "./scripted-driver.ts";

test("a backlog whose offers take long does not hold up a deadline", async () => {
  await using fleet = new Fleet();
  await fleet.declare(jobTypeOf(scriptedDriver()));
  const { process } = await fleet.open("keeper", []);
  process.bus.queue.offer = () => process.world.sleep(1_000);
  for (let job = 0; job < 60; job += 1) await fleet.start({ type: "work" });
  const uid = await fleet.start({ type: "work", deadline: fleet.world.now() + 3_000 });
  await fleet.world.advance(10_000);
  expect((await fleet.job(uid)).outcome).toBe("cancelled");
});

test("an offer that a passing trouble loses is made again, and nobody is alarmed", async () => {
  await using fleet = new Fleet();
  const { process, system } = await fleet.open("w1", [scriptedDriver()]);
  const offer = process.bus.queue.offer.bind(process.bus.queue);
  process.bus.queue.offer = () => Promise.reject(new BusError("unavailable", "away"));
  const reply = await fleet.create({ jobs: [{ type: "work", id: "a" }] }, { system });
  expect(reply).toHaveProperty("rev", 1);
  await fleet.world.advance(2_000);
  expect(fleet.errors).toEqual([]);
  process.bus.queue.offer = offer;
  const uid = (await system.desk.names.uidOf("a")) ?? "";
  expect((await fleet.ended(uid)).outcome).toBe("success");
});

test("a drain waits for the claim that is being made, and gives that job back too", async () => {
  await using fleet = new Fleet();
  const { process, system } = await fleet.open("w1", [scriptedDriver({}, { steps: 100 })]);
  const append = process.bus.log.append.bind(process.bus.log);
  const answering = Promise.withResolvers<void>();
  process.bus.log.append = async (gid, rev, text) => {
    const position = await append(gid, rev, text);
    if (text.includes('"verb":"claimed"')) await answering.promise;
    return position;
  };
  const uid = await fleet.start({ type: "work" });
  await fleet.until(uid, ({ claim }) => claim !== null);
  let left: number | undefined;
  const draining = system.worker?.drain(10_000).then((count) => (left = count));
  await fleet.world.settle();
  expect(left).toBeUndefined();
  answering.resolve();
  await fleet.world.advance(5_000);
  await draining;
  expect(left).toBe(0);
  expect(await fleet.job(uid)).toMatchObject({ status: "running", claim: null, losses: 0 });
});
