/** Names of pruned jobs: an id points to its last job's summary until another job has it. */
import { expect, test } from "vitest";
import { day, ended, fleetToPrune, held, prune } from "./fleet-to-prune.ts";
import { regainNames } from "./regain-names.ts";

test("a pruned job's id points to it until another job takes it", async () => {
  const { fleet, system } = await fleetToPrune();
  await ended(fleet, { id: "one" });
  const second = await ended(fleet, { id: "one" });
  await fleet.world.advance(2 * day);
  await prune(fleet, system);
  expect(await system.desk.names.uidOf("one")).toBe(second);
  const third = await fleet.start({ ...held, id: "one" });
  expect(await system.desk.names.uidOf("one")).toBe(third);
});

test("a pruned job's id stays its, where the next job to take it came to nothing", async () => {
  const { fleet, faults, system } = await fleetToPrune();
  const uid = await ended(fleet, { id: "one" });
  await fleet.world.advance(2 * day);
  await prune(fleet, system);
  faults.once("append lost", "create");
  const lost = fleet.create({ jobs: [{ ...held, id: "one" }] });
  await expect(lost).rejects.toMatchObject({ code: "unavailable" });
  expect(await system.desk.names.uidOf("one")).toBe(uid);
});

test("a pruned job's id stays its, also when what came to nothing is pruned too", async () => {
  const { fleet, faults, system } = await fleetToPrune();
  const uid = await ended(fleet, { id: "x" });
  faults.once("append lost", "create");
  const lost = fleet.create({
    jobs: [
      { ...held, id: "x" },
      { ...held, id: "y" },
    ],
  });
  await expect(lost).rejects.toMatchObject({ code: "unavailable" });
  await fleet.world.advance(day);
  await fleet.start({ ...held, id: "y" });
  expect(await system.desk.names.uidOf("x")).toBe(uid);
  await fleet.world.advance(2 * day);
  expect(await prune(fleet, system)).toEqual({ groups: 2, jobs: 1 });
  expect(await system.desk.names.uidOf("x")).toBe(uid);
});

test("names that were lost point to pruned jobs again, unless a later one had the id", async () => {
  const { fleet, system } = await fleetToPrune();
  const gone = await ended(fleet, { id: "gone" });
  await ended(fleet, { id: "again" });
  const later = await fleet.start({ ...held, id: "again" });
  await fleet.world.advance(2 * day);
  await prune(fleet, system);
  for (const { key } of await fleet.bus.values.list("name.")) await fleet.bus.values.remove(key);
  await regainNames(fleet.bus, system.desk.names);
  const { names } = system.desk;
  expect([await names.uidOf("gone"), await names.uidOf("again")]).toEqual([gone, later]);
});
