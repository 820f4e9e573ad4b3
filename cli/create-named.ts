/**
 * Creating jobs with names that people can type: a job without an id gets `copy-7f3k`, a command
 * the name of its program, and another one when that is taken.
 */
import { basename } from "node:path";
import { isRefusal, type Reply } from "../actors/commands.ts";
import { realWorld } from "../bus/world.ts";
import { command } from "../drivers/command/command.ts";
import type { Creating, GroupSpec, JobSpec, JobSystem } from "../jobchart.ts";

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
    const jobs = group.jobs.map((job) => ({ ...job, id: job.id ?? friendlyId(stemOf(job)) }));
    const reply = await system.transaction({ ...group, jobs }, creating);
    const isTaken = isRefusal(reply) && reply.guard === "id-free";
    if (!isTaken || !hasUnnamed || tries === triesMax) return reply;
  }
}

/** Its type; of a command its program, where that has a plain name. */
function stemOf({ type, args }: JobSpec): string {
  const argv = type === command.type ? args?.["argv"] : undefined;
  const [program] = Array.isArray(argv) ? argv : [];
  const name = typeof program === "string" ? basename(program) : "";
  return /^[a-z][\w-]{0,23}$/i.test(name) ? name : type;
}

/** `copy-7f3k`: easy to type, and hard to mistake. */
export function friendlyId(type: string): string {
  return `${type}-${Array.from({ length: signCount }, randomSign).join("")}`;
}

function randomSign(): string {
  return signs.charAt(Math.floor(realWorld.random() * signs.length));
}
