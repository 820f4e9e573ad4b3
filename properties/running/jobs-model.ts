/**
 * What the commands for a running system know of it: the jobs that they have created, the answers
 * that they got, and the log. A job's status is never guessed: workers move jobs meanwhile, so all
 * that can be said is what it was at some rev since a command was asked.
 */
import type { JobSystem, Reply } from "../../jobchart.ts";
import type { World } from "../../bus/world.ts";
import { realWorld } from "../../bus/world.ts";
import type { Group, Job } from "../../machines/record.ts";
import { WatchedLog } from "./watched-log.ts";

/** A system under test: the part of a JobSystem that commands use, or what somebody puts before one. */
export type SystemUnderTest = Pick<JobSystem, "transaction" | "ask" | "job" | "bus">;

/** One system, or several over one bus. */
export type Systems = readonly SystemUnderTest[];

/** A job that was created. */
export interface KnownJob {
  readonly id: string;
  readonly uid: string;
  readonly gid: string;
}

/** A request that was accepted: asked again, the answer is the same. */
export interface Answer {
  readonly text: string;
  readonly commandId: string;
  readonly reply: Reply;
  readonly ask: (system: SystemUnderTest) => Promise<Reply>;
  /** Asks something else with the same id. */
  readonly askOther: (system: SystemUnderTest) => Promise<Reply>;
}

export class JobsModel {
  readonly jobs: KnownJob[] = [];
  readonly answers: Answer[] = [];
  readonly log = new WatchedLog();
  readonly world: World = realWorld;
  /** Ids are this model's own: its systems may have a bus that others have used before. */
  readonly #prefix = realWorld.id();
  #commands = 0;

  commandId(): string {
    this.#commands += 1;
    return `${this.#prefix}-${this.#commands}`;
  }

  /** The id of the n-th job from now on, counted from 1. */
  jobId(n: number): string {
    return `j${this.jobs.length + n}-${this.#prefix}`;
  }

  /** One of the jobs, `who` being any number. */
  job(who: number): KnownJob {
    return pick(this.jobs, who);
  }

  /** What the job was at each rev from `first` on, and before that. */
  lives({ gid, uid }: KnownJob, first: number): readonly Job[] {
    const written = this.log.since(gid, Math.max(1, first));
    const groups: readonly Group[] = [
      ...written.slice(0, 1).map(({ before }) => before),
      ...written.map(({ after }) => after),
    ];
    return groups.flatMap(({ jobs }) => jobs.filter((job) => job.uid === uid));
  }
}

/** An item of a list that is not empty, `index` being any number. */
export function pick<T>(list: readonly T[], index: number): T {
  const picked = list[index % list.length];
  if (picked === undefined) throw new Error("nothing to pick from");
  return picked;
}
