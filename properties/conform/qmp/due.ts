/**
 * What is due: the event that QEMU sends in the same breath as the last one of a job or its group.
 * Events of other jobs may stand between the two; nothing of the group can.
 */
import type { Job, World } from "./world.ts";

export interface DueEvent {
  readonly job: string;
  readonly what: string;
}

/** Undefined where anything may come next. */
export function dueIn(world: World, job: Job): DueEvent | undefined {
  const mates = world.matesOf(job);
  const held = mates.find(({ next }) => next !== undefined && !next.isOptional);
  if (held?.next !== undefined) return { job: held.id, what: held.next.what };
  return converging(world, job, mates);
}

/** Once all members wait, all become pending, newest first. */
function converging(world: World, job: Job, mates: readonly Job[]): DueEvent | undefined {
  if (job.group === undefined ? !job.isAlone : world.groups.get(job.group)?.outcome) {
    return undefined;
  }
  const statuses = mates.map(({ id }) => world.statusOf(id));
  const haveArrived = statuses.every((status) => status === "waiting" || status === "pending");
  const next = mates[statuses.indexOf("waiting")];
  return haveArrived && next !== undefined ? { job: next.id, what: "pending" } : undefined;
}
