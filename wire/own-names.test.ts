/** What a node keeps for its own: the ids that keepers ask with, and what workers have declared. */
import { expect, test } from "vitest";
import { jobTypeOf } from "../actors/registry.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import { defineJob, openJobSystem, type Driver } from "../jobchart.ts";

const version = (description: string, more: Partial<Driver> = {}): Driver =>
  defineJob({ type: "noop", description, args: {}, run: async () => null, ...more });

test("a command may not take the id that a keeper is going to ask with", async () => {
  await using jobs = await openJobSystem({ bus: "memory:", drivers: [version("1")], worker: true });
  await jobs.create({ type: "noop", id: "one", hold: true });
  const uid = (await jobs.uidOf("one")) ?? "";
  for (const commandId of [
    `lost-${uid}-1`,
    `timer-deadline-${uid}-5`,
    `prune-${uid.slice(0, -2)}`,
    `void-${uid}`,
    `${uid}.1.1`,
  ]) {
    expect(await jobs.ask("pause", uid, { commandId })).toMatchObject({ guard: "command-id" });
  }
  expect(await jobs.ask("pause", uid, { commandId: "lost-and-found" })).toMatchObject({ rev: 2 });
});

test("a type is as the last worker declared it, at every node", async () => {
  const bus = openMemoryBus({ world: realWorld });
  await using one = await openJobSystem({ bus, node: true });
  await using other = await openJobSystem({ bus, node: true });
  const register = (session: string, driver: Driver) =>
    bus.requests?.request(
      `report.w.${session}.register`,
      { data: JSON.stringify({ types: [jobTypeOf(driver)], host: "h" }), headers: {} },
      { timeoutMs: 5_000 },
    );
  await register("s1", version("first"));
  await register("s2", version("second", { softCancel: true }));
  for (const [index, node] of [one, other].entries()) {
    const reply = await node.create({ type: "noop", hold: true }, { commandId: `c${index}` });
    expect(reply).toMatchObject({ group: { jobs: [{ shape: { can: ["soft-cancel"] } }] } });
  }
});
