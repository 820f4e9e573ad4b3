import { expect, test } from "vitest";
import { FaultyBus } from "./faulty-bus.ts";
import { Fleet } from "./fleet.ts";
import { scriptedDriver } from "./scripted-driver.ts";

/** Two processes that keep, of which the second one has the group in hand too. */
test("a process that follows the log decides on what others wrote without reading it", async () => {
  let watched: FaultyBus | undefined;
  await using fleet = new Fleet((bus) => (watched = new FaultyBus(bus)).bus);
  await fleet.open("w1", [scriptedDriver()]);
  const { system } = await fleet.open("keeper", [], { worker: false, keeps: true });
  const uid = await fleet.start({ type: "work", hold: true });
  const gid = uid.slice(0, uid.lastIndexOf("-"));
  await system.desk.look(gid);
  await fleet.ask("set-speed", uid, { speed: 5 });
  await fleet.world.settle();
  watched?.reads.splice(0);
  const asked = { id: "c1", by: "user@host", at: fleet.world.now() };
  const reply = await system.desk.ask({ verb: "set-speed", uid, speed: 6, ...asked });
  expect(reply).toMatchObject({ rev: 3 });
  expect(watched?.reads.filter((each) => each === gid)).toEqual([]);
});

test("a group that came to its end elsewhere is let go", async () => {
  await using fleet = new Fleet();
  await fleet.open("w1", [scriptedDriver()]);
  const { system } = await fleet.open("keeper", [], { worker: false, keeps: true });
  const uid = await fleet.start({ type: "work", hold: true });
  await system.desk.look(uid.slice(0, uid.lastIndexOf("-")));
  expect(system.desk.groups.size.groups).toBe(1);
  await fleet.ask("cancel", uid);
  await fleet.ended(uid);
  await fleet.world.settle();
  expect(system.desk.groups.size.groups).toBe(0);
});

test("a command that is asked again at once gets its first reply without the log", async () => {
  let watched: FaultyBus | undefined;
  await using fleet = new Fleet((bus) => (watched = new FaultyBus(bus)).bus);
  await fleet.open("w1", [scriptedDriver()]);
  const uid = await fleet.start({ type: "work", hold: true });
  const { desk } = await fleet.client();
  const asked = { id: "c1", by: "user@host", at: fleet.world.now() };
  const first = await desk.ask({ verb: "set-speed", uid, speed: 6, ...asked });
  await desk.ask({ verb: "set-speed", uid, speed: 7, ...asked, id: "c2" });
  watched?.reads.splice(0);
  expect(await desk.ask({ verb: "set-speed", uid, speed: 6, ...asked })).toEqual(first);
  expect(watched?.reads).toEqual([]);
  expect(await desk.ask({ verb: "set-speed", uid, speed: 8, ...asked })).toMatchObject({
    guard: "command-id",
  });
});
