/** The step: what an event leaves of a job's beliefs, and of the commands that are open on it. */
import type { Beliefs } from "./beliefs.ts";
import { carryOut, merged } from "./carry-out.ts";
import { abortingMate, causesOf } from "./causes.ts";
import { observedText, type JobEvent, type JobStatus } from "./job-event.ts";
import type { Job, OpenCommand, World } from "./world.ts";

export const endingRule = "only the end of QEMU cancels unasked";

type Step = (beliefs: Beliefs) => Beliefs;

/** The job after the step, as it is in the world now; undefined when no state is left. */
export function stepped(world: World, job: Job, event: JobEvent, step: Step): Job | undefined {
  if (event.what === "created") return created(world, job);
  const causes = event.what.startsWith("BLOCK_JOB")
    ? undefined
    : causesOf(world, job, event.what as JobStatus);
  if (causes === undefined || causes.commands.length > 0) {
    cause(world, causes?.commands ?? []);
    const { settled } = world.jobs.get(job.id) ?? job;
    const left = step(settled);
    const cancels = abortingMate(world, job);
    const isForcible = world.ending !== undefined || cancels.length > 0;
    if (isForcible && left.isEmpty) cause(world, cancels);
    const forced = isForcible ? left.or(step(settled.forced())) : left;
    if (advance(world, { ...job, settled: forced }, step)) return world.jobs.get(job.id) ?? job;
  }
  if (world.ending !== undefined || !job.isOurs) return undefined;
  const settled = step(job.settled.forced());
  if (settled.isEmpty || !advance(world, { ...job, settled }, step)) return undefined;
  const why = causes?.why ?? "nobody asked for it";
  world.ending = world.odd(
    observedText(event, job.settled.status),
    `${why}: only the end of QEMU does this, and QEMU went on`,
  );
  return world.jobs.get(job.id) ?? job;
}

/** Takes the job and its open commands further; false when nothing is left. */
export function advance(world: World, job: Job, step: Step): boolean {
  const settled = withUnseen(world, job, job.settled);
  const commands = world.commands.map((open) => ({
    ...open,
    outcomes: open.outcomes.map((each) => ({
      ...each,
      beliefs: isOn(open, job) ? withUnseen(world, job, step(each.beliefs)) : each.beliefs,
    })),
  }));
  const carried =
    world.commands.length === 0 ? [] : carriedOut(world, commands, { ...job, settled });
  const isLeft = carried.some((open) => isOn(open, job) && open.outcomes.length > 0);
  if (settled.isEmpty && !isLeft) return false;
  world.commands = carried;
  world.keep({ ...job, settled });
  return true;
}

/**
 * The commands with all the ways in which those on the job may have gone by now. Where a log has
 * no replies, each may be carried out after those before it.
 */
export function carriedOut(
  { sets, hasReplies }: World,
  commands: readonly OpenCommand[],
  job: Job,
): readonly OpenCommand[] {
  let from = job.settled;
  return commands.map((open) => {
    const { request } = open;
    if (request.kind !== "verb" || request.job !== job.id) return open;
    const outcomes = merged([...open.outcomes, ...carryOut(sets, from, request, job)]);
    if (!hasReplies) from = outcomes.reduce((all, { beliefs }) => all.or(beliefs), from);
    return { ...open, outcomes };
  });
}

function isOn({ request }: OpenCommand, { id }: Job): boolean {
  return request.kind === "verb" && request.job === id;
}

/** With what may have happened to the job unseen. */
export function withUnseen(world: World, job: Job, beliefs: Beliefs): Beliefs {
  if (!job.isOurs) return beliefs.opened();
  const mayStop = job.mayStop === true && !world.hasBlockEvents;
  return mayStop ? beliefs.or(beliefs.stopped()) : beliefs;
}

/** If one command alone can have caused it, that one was carried out. */
function cause(world: World, commands: readonly OpenCommand[]): void {
  const [command] = commands;
  if (commands.length !== 1 || command?.request.kind !== "verb") return;
  const named = world.jobs.get(command.request.job);
  if (named !== undefined) world.keep({ ...named, settled: world.sets.none });
}

const create: Step = (beliefs) => beliefs.after("created");

/** A job of the command that is open for it, or of somebody else. */
function created(world: World, job: Job): Job | undefined {
  const { id } = job;
  const all = [job.settled, ...world.outcomesOf(id).map(({ beliefs }) => beliefs)];
  if (all.every((beliefs) => create(beliefs).isEmpty)) return undefined;
  const settled = world.sets.created;
  const born = (world.births += 1);
  const fresh: Job = {
    id,
    settled,
    born,
    isOurs: false,
    isSeen: true,
    hasStarted: false,
    isAlone: false,
    isUndoable: true,
  };
  const command = creatorOf(world, id);
  advance(world, command === undefined ? fresh : adopted(world, fresh, command), create);
  return world.jobs.get(id);
}

/** The open command that creates the job; undefined where that may be one of several. */
function creatorOf({ commands, hasReplies }: World, id: string): OpenCommand | undefined {
  const creators = commands.filter(
    ({ request, created }) =>
      request.kind === "create" &&
      request.jobs.some(({ job }) => job === id) &&
      (hasReplies || !created.includes(id)),
  );
  return hasReplies || creators.length === 1 ? creators[0] : undefined;
}

/** The job as the command describes it; the command has created it. */
function adopted(world: World, fresh: Job, command: OpenCommand): Job {
  if (command.request.kind !== "create") return fresh;
  const { isGrouped, isTransaction, jobs } = command.request;
  const { id, born = 0 } = fresh;
  const created = [...command.created, id];
  const {
    isNegative: _,
    isNamed: __,
    job: ___,
    ...facts
  } = jobs.find(({ job }) => job === id) ?? {};
  if (!isGrouped) {
    replace(world, command, { ...command, created });
    return { ...fresh, ...facts, isOurs: true, isAlone: true, isUndoable: isTransaction };
  }
  const group = command.group ?? born;
  const members = [id, ...(world.groups.get(group)?.members ?? [])];
  world.groups.set(group, { members });
  replace(world, command, { ...command, created, group });
  return { ...fresh, ...facts, isOurs: true, isUndoable: true, group };
}

function replace(world: World, command: OpenCommand, by: OpenCommand): void {
  world.commands = world.commands.map((each) => (each === command ? by : each));
}
