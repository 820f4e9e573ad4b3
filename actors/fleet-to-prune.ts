/** A fleet for tests of pruning: jobs that ended, and somebody to prune what is left of them. */
import { onTestFinished } from "vitest";
import { FaultyBus } from "./faulty-bus.ts";
import { Fleet } from "./fleet.ts";
import type { PruneRequest, PruneSlice } from "./pruner.ts";
import { jobTypeOf } from "./registry.ts";
import { scriptedDriver } from "./scripted-driver.ts";
import type { System } from "./system.ts";

export const day = 86_400_000;
export const held = { type: "work", hold: true };

/** A fleet that knows the type `work`, its bus with its faults, and a process to prune by. */
export async function fleetToPrune(): Promise<{ fleet: Fleet; faults: FaultyBus; system: System }> {
  let faults: FaultyBus | undefined;
  const fleet = new Fleet((bus) => (faults = new FaultyBus(bus)).bus);
  onTestFinished(() => fleet[Symbol.asyncDispose]());
  await fleet.declare(jobTypeOf(scriptedDriver()));
  return { fleet, faults: faults as unknown as FaultyBus, system: await fleet.client() };
}

/** A job that was cancelled before it began, and is gone. */
export async function ended(fleet: Fleet, spec: object = {}): Promise<string> {
  const uid = await fleet.start({ ...held, ...spec });
  await fleet.ask("cancel", uid);
  return uid;
}

/** Everything that ended a day ago, slice by slice. */
export async function prune(
  fleet: Fleet,
  { pruner }: Pick<System, "pruner">,
  more: Partial<PruneRequest> = {},
): Promise<Pick<PruneSlice, "groups" | "jobs">> {
  let [groups, jobs] = [0, 0];
  const request = { endedBy: fleet.world.now() - day, isDry: false, by: "ops@db7", ...more };
  for (let after: number | null = 0; after !== null;) {
    const slice: PruneSlice = await pruner.slice({ ...request, after });
    groups += slice.groups;
    jobs += slice.jobs;
    after = slice.next;
  }
  return { groups, jobs };
}
