/**
 * Creating jobs with names that people can type: a job without an id gets `copy-7f3k`, and another
 * one when that is taken.
 */
import { isRefusal, type Reply } from "../actors/commands.ts";
import { realWorld } from "../bus/world.ts";
import type { Creating, GroupSpec, JobSystem } from "../jobchart.ts";

const signs = "23456789abcdefghjkmnpqrstuvwxyz";
const signCount = 4;
const triesMax = 20;

/** As JobSystem.transaction; ids that were not given are made here. */
export async function createNamed(
  system: JobSystem,
  group: GroupSpec,
  creating: Creating,
): Promise<Reply> {
  const hasUnnamed = group.jobs.some(({ id }) => id === undefined);
  for (let tries = 1; ; tries += 1) {
    const jobs = group.jobs.map((job) => ({ ...job, id: job.id ?? friendlyId(job.type) }));
    const reply = await system.transaction({ ...group, jobs }, creating);
    const isTaken = isRefusal(reply) && reply.guard === "id-free";
    if (!isTaken || !hasUnnamed || tries === triesMax) return reply;
  }
}

/** `copy-7f3k`: easy to type, and hard to mistake. */
export function friendlyId(type: string): string {
  return `${type}-${Array.from({ length: signCount }, randomSign).join("")}`;
}

function randomSign(): string {
  return signs.charAt(Math.floor(realWorld.random() * signs.length));
}
