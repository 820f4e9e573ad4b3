/** Retention: how long what ended is kept, in a world whose days pass at once. */
import { expect, test } from "vitest";
import { Fleet } from "../actors/fleet.ts";
import { jobTypeOf } from "../actors/registry.ts";
import { scriptedDriver } from "../actors/scripted-driver.ts";
import { gidOf } from "../machines/job-id.ts";
import { Retention } from "./retention.ts";

const hour = 3_600_000;
const day = 24 * hour;

test("what ended is kept for as long as it is to be, and not for another day", async () => {
  await using fleet = new Fleet();
  await fleet.declare(jobTypeOf(scriptedDriver()));
  const { pruner } = await fleet.client();
  const { world, errors } = fleet;
  const onError = (error: unknown): number => errors.push(error);
  const office = { prune: pruner.slice.bind(pruner) };
  await using _ = new Retention(office, { world, onError }, 30 * day);
  const uid = await fleet.start({ type: "work", hold: true });
  await fleet.ask("cancel", uid);
  const revs = async () => (await fleet.bus.log.read(gidOf(uid))).map(({ rev }) => rev);
  await world.advance(30 * day - 1);
  expect(await revs()).toEqual([1, 2]);
  await world.advance(2 * hour);
  expect(await revs()).toEqual([3]);
  expect(errors).toEqual([]);
});
