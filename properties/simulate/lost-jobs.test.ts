/** What a log still holds after it has lost its end is worked at by whoever opens it then. */
import { expect, test } from "vitest";
import { Fleet } from "../../actors/fleet.ts";
import { jobTypeOf } from "../../actors/registry.ts";
import { scriptedDriver } from "../../actors/scripted-driver.ts";
import { Lifetime } from "../../bus/lifetime.ts";
import { SimulatedLog } from "./simulated-log.ts";

test.each([
  ["a keeper that has noticed the loss", 5_000],
  ["a keeper that was closed before it could", 0],
])("no job is forgotten because of what %s has kept", async (_who, afterMs) => {
  const log = new SimulatedLog(new Lifetime("memory:"));
  await using fleet = new Fleet((bus) => ({ ...bus, log }));
  await fleet.declare(jobTypeOf(scriptedDriver()));
  const held = { type: "work", hold: true };
  for (let n = 0; n < 5; n += 1) await fleet.start(held);
  const { system } = await fleet.open("before", []);
  await fleet.world.advance(16_000);
  log.lose(3);
  await fleet.world.advance(afterMs);
  await system[Symbol.asyncDispose]().catch(() => {});
  const { system: asking } = await fleet.open("asking", [], { worker: false });
  const uids: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const reply = await fleet.create({ jobs: [held] }, { system: asking });
    if ("group" in reply) uids.push(...reply.group.jobs.map(({ uid }) => uid));
  }
  expect(uids).toHaveLength(3);
  await fleet.open("after", [scriptedDriver()]);
  for (const uid of uids) {
    const asked = { id: fleet.world.id(), by: "user@host", at: fleet.world.now() };
    await asking.desk.ask({ verb: "start", uid, ...asked });
    await fleet.bus.queue.done(uid);
  }
  for (const uid of uids) expect((await fleet.ended(uid)).outcome).toBe("success");
});
