/**
 * Convergence: the last member of a group to wait, and all of them becoming pending, come with
 * nothing in between. So a log of events alone tells who is in one group.
 */
import type { World } from "./world.ts";

export function converge(world: World, id: string, what: string): void {
  const { convergence } = world;
  if (what === "waiting") world.convergence = { last: id, pended: [] };
  if (what !== "pending") return;
  world.convergence = { ...convergence, pended: [...(convergence?.pended ?? []), id] };
}

/** Before an event of another kind: the members that became pending together are a group. */
export function closeConvergence(world: World, what: string): void {
  const { convergence } = world;
  if (convergence === undefined || what === "pending" || what === "BLOCK_JOB_PENDING") return;
  world.convergence = undefined;
  if (convergence.last === undefined || convergence.pended.length < 2) return;
  if (!convergence.pended.includes(convergence.last)) return;
  const jobs = convergence.pended.map((id) => world.job(id));
  if (jobs.some(({ group, isAlone }) => isAlone || group !== undefined)) return;
  const group = (world.births += 1);
  world.groups.set(group, { members: convergence.pended });
  for (const job of jobs) world.keep({ ...job, group });
}
