/**
 * Causes: changes that only a command brings about, or the end of QEMU. Of a job that is ours the
 * command is in the log, and is still open: it is answered after all that comes of it.
 */
import type { JobStatus } from "./job-event.ts";
import { noPrepareTypes, type QmpVerb } from "./tables.ts";
import type { Job, OpenCommand, World } from "./world.ts";

interface CauseRule {
  readonly name: string;
  /** The verbs one of which must be under way on the job, or a member of its group. */
  readonly needs: (
    world: World,
    job: Job,
    before: JobStatus | undefined,
    to: JobStatus,
  ) => readonly QmpVerb[] | undefined;
  readonly why: string;
}

export const causeRules = [
  {
    name: "dismissed by its user",
    needs(_world, { isAutoDismissed, hasStarted }, before, to) {
      const isDismissal = before === "concluded" && to === "null" && hasStarted;
      return isDismissal && isAutoDismissed === false ? ["dismiss"] : undefined;
    },
    why: "it is to be dismissed by its user, who did not",
  },
  {
    name: "finalized by its user",
    needs(world, job, before, to) {
      const isFirst = before === "pending" && to === "concluded" && !isDecided(world, job);
      return isFirst && isManual(world, job) ? ["finalize"] : undefined;
    },
    why: "its group is to be finalized by the user, who did not",
  },
  {
    name: "done work aborts when it is cancelled",
    needs(world, job, before, to) {
      const isDone = before === "waiting" || before === "pending";
      if (!isDone || to !== "aborting" || isDecided(world, job)) return undefined;
      if (before === "waiting" || noPrepareTypes.has(job.type ?? "")) return ["cancel"];
      return isManual(world, job) ? ["cancel", "finalize"] : undefined;
    },
    why: "its work was done, and nobody cancelled it",
  },
] as const satisfies readonly CauseRule[];

/** The open commands that may have caused it, and what to say if there is none. */
export interface Causes {
  readonly commands: readonly OpenCommand[];
  readonly why: string;
}

/** Undefined where no command is needed. */
export function causesOf(world: World, job: Job, to: JobStatus): Causes | undefined {
  if (!job.isOurs || world.ending !== undefined) return undefined;
  const before = world.statusOf(job.id);
  for (const rule of causeRules) {
    const verbs = rule.needs(world, job, before, to);
    if (verbs === undefined || rule.name === world.sets.without) continue;
    const ids = to === "null" ? [job.id] : world.matesOf(job).map(({ id }) => id);
    return { commands: openOn(world, ids, verbs), why: rule.why };
  }
  return undefined;
}

/** What is about to abort the group through another member: this one is cancelled with it. */
export function abortingMate(world: World, job: Job): readonly OpenCommand[] {
  if (job.group === undefined || world.commands.length === 0) return [];
  const mates = world.matesOf(job).map(({ id }) => id);
  const others = mates.filter((id) => id !== job.id);
  return openOn(world, others, ["cancel"]);
}

function openOn(
  { commands }: World,
  ids: readonly string[],
  verbs: readonly QmpVerb[],
): readonly OpenCommand[] {
  return commands.filter(
    ({ request }) =>
      request.kind === "verb" && verbs.includes(request.verb) && ids.includes(request.job),
  );
}

function isManual(world: World, job: Job): boolean {
  return world.matesOf(job).some(({ isAutoFinalized }) => isAutoFinalized === false);
}

/** Its group has begun to commit, or to abort: the rest follows. */
function isDecided(world: World, { group }: Job): boolean {
  return group !== undefined && world.groups.get(group)?.outcome !== undefined;
}
