/**
 * Live groups and jobs as XState actors, for XState's inspection. An actor runs its statechart
 * with the transition replaced by what the log says: it follows, and decides nothing.
 */
import {
  createActor,
  type ActorLogic,
  type ActorOptions,
  type AnyActorRef,
  type InspectionEvent,
  type Snapshot,
} from "xstate";
import { groupSnapshot, jobSnapshot } from "../machines/charts.ts";
import { groupMachine } from "../machines/group.ts";
import { jobMachine } from "../machines/job.ts";
import type { Group, Job } from "../machines/record.ts";
import { isEnded } from "../machines/status.ts";

export type Inspect = (event: InspectionEvent) => void;

/** What a live actor hears: the request that was committed, and the record as it left it. */
interface Committed<R> {
  readonly type: string;
  /** Absent from XState's own events. */
  readonly record?: R;
}

type Follower<R> = ActorLogic<Snapshot<unknown>, Committed<R>, R>;

/** The machine as it is to everybody who looks at it, but moved by the record alone. */
function follow<R>(machine: object, snapshot: (record: R) => Snapshot<unknown>): Follower<R> {
  const following: Follower<R> = {
    getInitialSnapshot: (_scope, record) => snapshot(record),
    getPersistedSnapshot: (now) => now,
    transition: (before, { record }) => (record === undefined ? before : snapshot(record)),
  };
  return Object.assign(Object.create(machine) as Follower<R>, following);
}

const liveJob = follow<Job>(jobMachine, jobSnapshot);
const liveGroup = follow<readonly Job[]>(groupMachine, groupSnapshot);

/** A group's actor with one child for each job that has not ended. */
export class LiveGroup {
  readonly #inspect: Inspect | undefined;
  readonly #jobs = new Map<string, AnyActorRef>();
  #group: AnyActorRef | undefined;

  constructor(inspect: Inspect | undefined) {
    this.#inspect = inspect;
  }

  /** How many jobs are live. */
  get size(): number {
    return this.#jobs.size;
  }

  /** Tells the actors what a commit has made of the group. */
  show(verb: string, before: Group, after: Group): void {
    for (const [index, job] of after.jobs.entries()) {
      if (job !== before.jobs[index]) this.#showJob(verb, job, after);
    }
    this.#group?.send({ type: verb, record: after.jobs });
    if (after.jobs.every(({ status }) => isEnded(status))) this.stop();
  }

  stop(): void {
    this.#group?.stop();
    this.#group = undefined;
    this.#jobs.clear();
  }

  #showJob(verb: string, job: Job, group: Group): void {
    const actor = this.#jobs.get(job.uid);
    if (actor !== undefined) actor.send({ type: verb, record: job });
    else if (!isEnded(job.status)) this.#spawn(job, group);
    if (isEnded(job.status)) this.#jobs.delete(job.uid);
  }

  #spawn(job: Job, group: Group): void {
    const parent = (this.#group ??= start(liveGroup, {
      id: group.gid,
      input: group.jobs,
      ...(this.#inspect === undefined ? {} : { inspect: this.#inspect }),
    }));
    this.#jobs.set(job.uid, start(liveJob, { id: job.uid, input: job, parent }));
  }
}

function start<R>(logic: Follower<R>, options: ActorOptions<Follower<R>>): AnyActorRef {
  return createActor(logic, options as ActorOptions<Follower<R>> & { input: R }).start();
}
