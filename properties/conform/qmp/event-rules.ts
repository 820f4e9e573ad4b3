/**
 * The rules of order: what may not come although the table of transitions allows it, because of
 * what came just before it, or of what other members of the group did. The order is QEMU's
 * (`job.c`), and holds for every event that is sent under the job lock.
 */
import { eventText, isEndEvent, type JobEvent } from "./job-event.ts";
import { isWorking } from "../../../machines/status.ts";
import { blockTypes, readyTypes } from "./tables.ts";
import { dueIn } from "./due.ts";
import type { Job, World } from "./world.ts";

interface EventRule {
  readonly name: string;
  /** What is wrong with the event, in words; undefined when nothing is. */
  readonly wrong: (world: World, job: Job, event: JobEvent) => string | undefined;
}

export const eventRules = [
  {
    name: "what follows at once follows at once",
    wrong(world, job, { what }) {
      const due = what === "BLOCK_JOB_ERROR" ? undefined : dueIn(world, job);
      if (due === undefined || (due.job === job.id && due.what === what)) return undefined;
      if (due.what === "pending" && what === "BLOCK_JOB_PENDING") return undefined;
      return `${eventText(due.job, due.what)} follows at once`;
    },
  },
  {
    name: "pending comes to all members or none",
    wrong(world, job, { what }) {
      if (what !== "pending") return undefined;
      const late = world.matesOf(job).find(({ id }) => id !== job.id && !hasWaited(world, id));
      return late && `member ${late.id} of its group is not waiting`;
    },
  },
  {
    name: "members commit or abort together",
    wrong(world, job, { what }) {
      const outcome = job.group === undefined ? undefined : world.groups.get(job.group)?.outcome;
      const status = world.statusOf(job.id);
      if (outcome === "commit" && what === "aborting") {
        return "another member of its group has committed";
      }
      const succeeds =
        what === "waiting" || what === "pending" || (status === "pending" && what === "concluded");
      return outcome === "abort" && succeeds ? "another member of its group aborts" : undefined;
    },
  },
  {
    name: "members end newest first",
    wrong(world, job, { what }) {
      if (what !== "concluded" || job.group === undefined) return undefined;
      const mates = world.matesOf(job);
      const newer = mates.slice(
        0,
        mates.findIndex(({ id }) => id === job.id),
      );
      const first = newer.find(({ id }) => !world.hasEnded(id));
      return first && `member ${first.id} of its group is newer and ends first`;
    },
  },
  {
    name: "ready is for types that can be",
    wrong(_world, { type }, { what }) {
      if ((what !== "ready" && what !== "standby") || type === undefined) return undefined;
      return readyTypes.has(type) ? undefined : `a ${type} job never becomes ready`;
    },
  },
  {
    name: "a job of its own command starts",
    wrong(world, { id, isUndoable }, { what }) {
      if (what !== "aborting" || isUndoable || world.statusOf(id) !== "created") return undefined;
      return "it starts: only jobs of a transaction are undone before";
    },
  },
  {
    name: "what has shown an error aborts",
    wrong(_world, { error, hasFailed }, { what }) {
      if (error === undefined || hasFailed === true || what === "aborting") return undefined;
      const isOn = ["paused", "ready", "standby", "waiting", "pending"].includes(what);
      return isOn ? `its run has ended with '${error}': it aborts` : undefined;
    },
  },
  {
    name: "errors are of jobs at work",
    wrong(world, { id }, { what }) {
      const status = world.statusOf(id);
      if (what !== "BLOCK_JOB_ERROR" || status === undefined || isWorking(status)) return undefined;
      return `a '${status}' job has no work that can fail`;
    },
  },
  {
    name: "block jobs say how they ended",
    wrong(world, job, { what }) {
      if (what !== "concluded" || !world.hasBlockEvents || world.last === undefined) {
        return undefined;
      }
      if (!job.hasStarted || job.type === undefined || !blockTypes.has(job.type)) return undefined;
      const isSaid = world.last.job === job.id && isEndEvent(world.last.what);
      return isSaid ? undefined : `BLOCK_JOB_COMPLETED or BLOCK_JOB_CANCELLED comes just before`;
    },
  },
  {
    name: "BLOCK_JOB_READY follows ready",
    wrong({ last }, _job, { job, what }) {
      if (what !== "BLOCK_JOB_READY" || last === undefined) return undefined;
      const isDue = last.job === job && last.what === "ready" && last.from !== "standby";
      return isDue ? undefined : "it comes just after 'ready', when the job first becomes so";
    },
  },
  {
    name: "BLOCK_JOB_PENDING follows pending",
    wrong({ last }, _job, { job, what }) {
      if (what !== "BLOCK_JOB_PENDING" || last === undefined) return undefined;
      const isDue = last.job === job && last.what === "pending";
      return isDue ? undefined : "it comes just after 'pending'";
    },
  },
  {
    name: "BLOCK_JOB_PENDING is for manual finalization",
    wrong(_world, { isAutoFinalized }, { what }) {
      const isWrong = what === "BLOCK_JOB_PENDING" && isAutoFinalized === true;
      return isWrong ? "the job is finalized automatically" : undefined;
    },
  },
  {
    name: "BLOCK_JOB events are of block jobs",
    wrong(_world, { type }, { what }) {
      if (!what.startsWith("BLOCK_JOB") || type === undefined || blockTypes.has(type)) {
        return undefined;
      }
      return `a ${type} job has no such events`;
    },
  },
  {
    name: "a job keeps its type",
    wrong(_world, job, { type }) {
      if (type === undefined || job.type === undefined || type === job.type) return undefined;
      return `the job is of type ${job.type}, not ${type}`;
    },
  },
] as const satisfies readonly EventRule[];

/** The first rule that an event breaks, in words. */
export function brokenRule(world: World, job: Job, event: JobEvent): string | undefined {
  for (const rule of eventRules) {
    if (rule.name === world.sets.without) continue;
    const wrong = rule.wrong(world, job, event);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function hasWaited(world: World, id: string): boolean {
  const status = world.statusOf(id);
  return status === undefined || ["waiting", "pending", "concluded", "null"].includes(status);
}
