/**
 * Creating jobs with names that people can type: a job without an id gets `copy-7f3k`, and another
 * one when that is taken.
 */
import { isRefusal, type Reply } from "../actors/commands.ts";
import { jobTypeOf, Registry } from "../actors/registry.ts";
import type { Values } from "../bus/bus.ts";
import { realWorld } from "../bus/world.ts";
import type { Creating, Driver, GroupSpec, JobSystem } from "../jobchart.ts";

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

/** Makes the types of these drivers known, so that a job may be created before any worker was. */
export async function declareTypes(
  values: Values,
  { jobs }: GroupSpec,
  drivers: readonly Driver[],
): Promise<void> {
  const registry = new Registry(values);
  const wanted = new Set(jobs.map(({ type }) => type));
  for (const driver of drivers.filter(({ type }) => wanted.has(type))) {
    if ((await registry.find(driver.type)) === undefined) {
      await registry.register(jobTypeOf(driver));
    }
  }
}

/** `copy-7f3k`: easy to type, and hard to mistake. */
export function friendlyId(type: string): string {
  return `${type}-${Array.from({ length: signCount }, randomSign).join("")}`;
}

function randomSign(): string {
  return signs.charAt(Math.floor(realWorld.random() * signs.length));
}
