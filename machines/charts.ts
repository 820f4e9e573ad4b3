/**
 * The statecharts run on records: a pure step from what is recorded to what is recorded next.
 * `machine.transition` is called with one scope made once, which runs nothing.
 */
import { createActor, type AnyActorRef, type AnyActorScope } from "xstate";
import type { Fact } from "./fact.ts";
import { groupMachine, stageOf, type GroupEvent, type Stage } from "./group.ts";
import type { JobEvent } from "./input.ts";
import { jobMachine } from "./job.ts";
import { blankJob, type Job } from "./record.ts";
import { statuses, type Status } from "./status.ts";

/** What `machine.transition` needs beside its arguments; it runs nothing. Make it once. */
export function inertScope(actor: AnyActorRef): AnyActorScope {
  return {
    self: actor,
    system: actor.system,
    id: "",
    sessionId: "",
    logger: () => {},
    defer: () => {},
    emit: () => {},
    stopChild: () => {},
    actionExecutor: () => {},
  };
}

const jobScope = inertScope(createActor(jobMachine));
const groupScope = inertScope(createActor(groupMachine));

type JobSnapshot = ReturnType<typeof jobMachine.resolveState>;
type GroupSnapshot = ReturnType<typeof groupMachine.resolveState>;

const jobStates = Object.fromEntries(
  statuses.map((value) => [
    value,
    jobMachine.resolveState({ value, context: { job: blankJob, fact: null } }),
  ]),
) as Record<Status, JobSnapshot>;
const groupStates = Object.fromEntries(
  Object.keys(groupMachine.states).map((value) => [
    value,
    groupMachine.resolveState({ value, context: { members: [], fact: null } }),
  ]),
) as Record<Stage, GroupSnapshot>;

/** The job's statechart in the state that its record tells of. */
export function jobSnapshot(job: Job): JobSnapshot {
  return { ...jobStates[job.status], context: { job, fact: null } };
}

/** The group's statechart in the state that its members' records tell of. */
export function groupSnapshot(members: readonly Job[]): GroupSnapshot {
  return { ...groupStates[stageOf(members)], context: { members, fact: null } };
}

/** The events that each state of a chart has an edge for: the others need not be tried. */
function vocabulary(chart: typeof jobMachine | typeof groupMachine): Map<string, Set<string>> {
  return new Map(
    Object.entries(chart.states).map(([state, node]) => [state, new Set(node.ownEvents)]),
  );
}

const jobHears = vocabulary(jobMachine);
const groupHears = vocabulary(groupMachine);

/** What the job's statechart makes of an event; undefined when it does not take it. */
export function stepJob(job: Job, event: JobEvent): { job: Job; fact: Fact } | undefined {
  if (jobHears.get(job.status)?.has(event.verb) !== true) return undefined;
  const { context } = jobMachine.transition(
    jobSnapshot(job),
    { ...event, type: event.verb },
    jobScope,
  );
  return context.fact === null ? undefined : { job: context.job, fact: context.fact };
}

/** The fact that the group's statechart records, null for none; undefined when it does not move. */
export function stepGroup(members: readonly Job[], event: GroupEvent): Fact | null | undefined {
  const before = groupSnapshot(members);
  if (groupHears.get(before.value)?.has(event.type) !== true) return undefined;
  const after = groupMachine.transition(before, event, groupScope);
  return after.value === before.value ? undefined : after.context.fact;
}
