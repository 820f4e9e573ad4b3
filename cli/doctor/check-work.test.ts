import { expect, test } from "vitest";
import { openMemoryBus } from "../../bus/memory.ts";
import { realWorld } from "../../bus/world.ts";
import { openJobSystem, type Accepted } from "../../jobchart.ts";
import { checkNames } from "./check-names.ts";
import { checkWork } from "./check-work.ts";

test("who waits for what another has needs no worker yet, and is not short of a name", async () => {
  await using bus = openMemoryBus({ world: realWorld });
  await using jobs = await openJobSystem({ bus });
  await jobs.declare([{ type: "work", args: {}, run: async () => null }]);
  const spec = { type: "work", resources: [{ name: "disk", shared: false }] };
  const has = (await jobs.create({ ...spec, id: "has", hold: true })) as Accepted;
  const waits = (await jobs.create({ ...spec, id: "waits", onBusy: "wait" })) as Accepted;
  const open = [has.group, waits.group];
  const now = realWorld.now();
  expect(checkWork(open, [], now)).toEqual([]);
  expect(await checkNames(bus, open)).toEqual([]);
  expect(checkWork([waits.group], [], now)).toMatchObject([{ about: "job waits" }]);
  await bus.values.remove("resource.disk");
  expect(await checkNames(bus, open)).toMatchObject([{ about: "job has" }]);
});
