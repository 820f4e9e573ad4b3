import { expect, test } from "vitest";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import { isRefusal, openJobSystem } from "../jobchart.ts";
import { Desk } from "./desk.ts";
import { regainNames } from "./regain-names.ts";

const driver = { type: "noop", args: {}, run: async () => null };

test("names that were lost are those of their last holders again, and nobody else's", async () => {
  await using bus = openMemoryBus({ world: realWorld });
  await using jobs = await openJobSystem({ bus, drivers: [driver], worker: { takes: "offered" } });
  const resources = [{ name: "disk", shared: false }];
  await jobs.create({ type: "noop", id: "ended" });
  await jobs.settled("ended");
  await jobs.create({ type: "noop", id: "held", hold: true, resources });
  const before = [await jobs.uidOf("ended"), await jobs.uidOf("held")];
  const desk = new Desk({
    bus,
    world: realWorld,
    groupsMax: 9,
    inspect: undefined,
    carryOut: () => undefined,
  });
  const names = async () => [
    ...(await bus.values.list("name.")),
    ...(await bus.values.list("resource.")),
  ];
  await regainNames(bus, desk.names);
  for (const { key } of await names()) await bus.values.remove(key);
  await regainNames(bus, desk.names);
  expect(await names()).toEqual([]);
  await bus.values.remove("names-of");
  await regainNames(bus, desk.names);
  expect([await jobs.uidOf("ended"), await jobs.uidOf("held")]).toEqual(before);
  for (const spec of [{ id: "held" }, { resources }]) {
    expect(isRefusal(await jobs.create({ type: "noop", ...spec }))).toBe(true);
  }
  expect(isRefusal(await jobs.create({ type: "noop", id: "ended" }))).toBe(false);
});
