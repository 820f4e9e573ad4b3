/** The aftermath of an event: what it tells of the job and its group, and of what comes next. */
import { converge } from "./convergence.ts";
import { isEndEvent, observedText, type JobEvent, type JobStatus } from "./job-event.ts";
import { advance } from "./step.ts";
import { blockTypes } from "./tables.ts";
import type { Job, NextEvent, World } from "./world.ts";

/** `before` is the status that the event found. */
export function settleEvent(
  world: World,
  job: Job,
  event: JobEvent,
  before: JobStatus | undefined,
): void {
  const { what, type, error } = event;
  const known: Job = {
    ...job,
    hasStarted: job.hasStarted || what === "running",
    isAlone: job.isAlone || (type !== undefined && type !== "backup"),
    ...(type !== undefined && { type }),
    ...(error !== undefined && { error }),
    ...(what === "aborting" && { hasFailed: true }),
    ...(what === "concluded" && before === "pending" && { hasFailed: false }),
  };
  if (world.jobs.has(job.id)) world.keep(known);
  if (what === "running") startCommand(world, known.id);
  decideGroup(world, known, what, before);
  converge(world, known.id, what);
  if (what === "concluded" && !world.hasBlockEvents && endsSilently(world, known)) {
    const why = "BLOCK_JOB_COMPLETED or BLOCK_JOB_CANCELLED comes just before it";
    world.lacking ??= world.odd(observedText(event, before), `${why}: this log has such events`);
  }
  const next = nextAfter(world, known, what, before);
  const now = world.jobs.get(job.id);
  if (now !== undefined && now.next !== next) world.keep({ ...now, next });
  world.last = { job: job.id, what, from: before };
}

/** A command whose job runs has succeeded. */
function startCommand(world: World, id: string): void {
  if (!world.commands.some(({ created }) => created.includes(id))) return;
  world.commands = world.commands.map((open) =>
    open.created.includes(id) ? { ...open, started: [...open.started, id] } : open,
  );
}

/** A block job that concludes without saying how it ended. */
function endsSilently({ last }: World, { type, hasStarted, id }: Job): boolean {
  if (last === undefined || !hasStarted || type === undefined) return false;
  return blockTypes.has(type) && !(last.job === id && isEndEvent(last.what));
}

/** The first member to conclude or to abort decides for all; an abort cancels the others. */
function decideGroup(
  world: World,
  { id, group }: Job,
  what: string,
  before: JobStatus | undefined,
): void {
  const known = group === undefined ? undefined : world.groups.get(group);
  if (group === undefined || known === undefined || known.members.length < 2) return;
  if (what === "concluded" && before === "pending") {
    world.groups.set(group, { ...known, outcome: "commit" });
  }
  if (what !== "aborting" || known.outcome === "abort") return;
  world.groups.set(group, { ...known, outcome: "abort" });
  for (const mate of world.matesOf({ ...world.job(id), group })) {
    if (mate.id === id || world.hasEnded(mate.id)) continue;
    advance(world, { ...mate, settled: mate.settled.forced() }, (beliefs) => beliefs.forced());
  }
}

function follows(what: string, isOptional = false): NextEvent {
  return { what, isOptional };
}

/** The event that QEMU sends in the same breath; undefined where there is none. */
function nextAfter(
  world: World,
  job: Job,
  what: string,
  before: JobStatus | undefined,
): NextEvent | undefined {
  if (isEndEvent(what)) return follows("concluded");
  if (what === "concluded" && (job.isAutoDismissed === true || !job.hasStarted)) {
    return follows("null");
  }
  if (what === "ready" && before === "running") {
    return follows("BLOCK_JOB_READY", !world.hasBlockEvents);
  }
  if (what !== "pending" || job.isAutoFinalized !== false) return undefined;
  return blockTypes.has(job.type ?? "")
    ? follows("BLOCK_JOB_PENDING", !world.hasBlockEvents)
    : undefined;
}
