/**
 * The world as a log has shown it so far: the jobs that are alive, their groups, the commands that
 * are not answered yet. Everything in it is bounded by these. `clone` makes another to try things
 * in; jobs, groups and commands are values, replaced and never changed.
 */
import type { Status } from "../../../machines/status.ts";
import type { Beliefs, BeliefSets } from "./beliefs.ts";
import type { Outcome } from "./carry-out.ts";
import type { Request } from "./request.ts";
import type { State } from "./state.ts";
import type { Tables } from "./tables.ts";

export interface Job {
  readonly id: string;
  /** As it is if none of the open commands was carried out yet. */
  readonly settled: Beliefs;
  /** Created by a command of this log, which is then taken to hold all that is asked of it. */
  readonly isOurs: boolean;
  /** An event, a row or an answer has shown that it exists. */
  readonly isSeen: boolean;
  /** The number of its creation in this log; absent when it is older. */
  readonly born?: number;
  readonly type?: string;
  readonly isAutoFinalized?: boolean;
  readonly isAutoDismissed?: boolean;
  readonly mayFailToComplete?: boolean;
  readonly mayStop?: boolean;
  readonly hasStarted: boolean;
  /** It may be undone before it starts: another action of its transaction fails. */
  readonly isUndoable: boolean;
  readonly hasFailed?: boolean;
  readonly error?: string;
  readonly next?: NextEvent | undefined;
  /** The progress that a query last showed. */
  readonly current?: number;
  /** The key of its group; absent when nothing is known of one. */
  readonly group?: number;
  /** Certainly in no group with others. */
  readonly isAlone: boolean;
}

export interface Group {
  /** Newest first: the order in which QEMU walks over them. */
  readonly members: readonly string[];
  readonly outcome?: "commit" | "abort";
}

/** A command that is not answered yet. */
export interface OpenCommand {
  readonly line: number;
  readonly name: string;
  readonly id?: string;
  readonly request: Request;
  /** How far the changes went when it was sent. */
  readonly since: number;
  /** Of a verb: how it may have gone, if it was carried out already. */
  readonly outcomes: readonly Outcome[];
  /** Of a creation: the jobs that it was seen to create. */
  readonly created: readonly string[];
  /** Those that were started. */
  readonly started: readonly string[];
  readonly group?: number;
}

/** A status event, undoable: what a query may still show is what was before it. */
export interface Change {
  readonly job: string;
  readonly before: State["status"] | undefined;
}

/** What the last event of a job was. */
export interface LastEvent {
  readonly job: string;
  readonly what: string;
  readonly from: Status | undefined;
}

/** What has to be the very next event of a job, and of its group. */
export interface NextEvent {
  readonly what: string;
  /** A log that has shown no BLOCK_JOB events may leave them all out. */
  readonly isOptional: boolean;
}

/** Members of a group on their way from waiting to pending, with nothing at all in between. */
export interface Convergence {
  /** The last one to wait; absent when the log begins here. */
  readonly last?: string;
  readonly pended: readonly string[];
}

/** Something that only the end of QEMU explains, or that nothing does. */
export interface Oddity {
  readonly line: number;
  readonly observed: string;
  readonly why: string;
  /** What would have been right, where that is not found by trying. */
  readonly expected?: readonly string[];
}

/** Ids that are remembered as free. More would be forgotten, and be as good as never seen. */
const freedMax = 10_000;
/** Changes that are remembered while a command is open. */
const changesMax = 10_000;

export class World {
  readonly sets: BeliefSets;
  tables: Tables;
  readonly jobs = new Map<string, Job>();
  readonly groups = new Map<number, Group>();
  readonly freed = new Set<string>();
  /** Jobs whose next event is sent in the same breath: no reply comes before it. */
  readonly held = new Set<string>();
  commands: readonly OpenCommand[] = [];
  changes: Change[] = [];
  /** How many changes were dropped from the front. */
  changesBefore = 0;
  hasCommands = false;
  hasReplies = false;
  hasBlockEvents = false;
  /** Every job that is alive is known: a query has listed them. */
  isWhole = false;
  last: LastEvent | undefined;
  convergence: Convergence | undefined;
  /** QEMU ends and cancels all jobs; with an oddity when only that would explain it. */
  ending: "asked" | Oddity | undefined;
  /** An event that a log with BLOCK_JOB events would have had. */
  lacking: Oddity | undefined;
  births = 0;
  /** The line that is being taken. */
  line = 0;
  jobsSeen = 0;
  eventsSeen = 0;
  /** Whether anything was seen that the tables speak of. */
  hasEvidence = false;

  constructor(tables: Tables, sets: BeliefSets) {
    this.tables = tables;
    this.sets = sets;
  }

  clone(): World {
    return Object.assign(new World(this.tables, this.sets), this, {
      jobs: new Map(this.jobs),
      groups: new Map(this.groups),
      freed: new Set(this.freed),
      held: new Set(this.held),
      changes: [...this.changes],
    });
  }

  /** The log goes on elsewhere: nothing is known of what happened in between. */
  reset(): void {
    for (const each of [this.jobs, this.groups, this.freed, this.held]) each.clear();
    [this.commands, this.changes, this.changesBefore] = [[], [], 0];
    this.isWhole = false;
    [this.last, this.convergence, this.ending] = [undefined, undefined, undefined];
  }

  /** The job of that id; one of which nothing is known, or which is known not to be there. */
  job(id: string): Job {
    const known = this.jobs.get(id);
    if (known !== undefined) return known;
    const isFree = this.isWhole || this.freed.has(id);
    const settled = isFree ? this.sets.gone : this.sets.anything;
    const flags = {
      isOurs: false,
      isSeen: false,
      hasStarted: true,
      isAlone: false,
      isUndoable: true,
    };
    return { id, settled, ...flags };
  }

  /** Keeps what is known of a job, for as long as there is a job, or a command that names it. */
  keep(job: Job): void {
    const isNamed = this.commands.some(
      ({ request }) => request.kind === "verb" && request.job === job.id,
    );
    const isGone = job.settled.status === "null" && !isNamed;
    if (isGone) this.#free(job.id);
    else this.jobs.set(job.id, job);
    const isHeld = !isGone && job.next?.isOptional === false && job.next.what !== "BLOCK_JOB_READY";
    if (isHeld) this.held.add(job.id);
    else this.held.delete(job.id);
  }

  /** Its status; undefined where it may be one of several. */
  statusOf(id: string): State["status"] | undefined {
    const job = this.job(id);
    const status = job.settled.isEmpty ? undefined : job.settled.status;
    const others = this.outcomesOf(id).map(({ beliefs }) => beliefs.status);
    if (job.settled.isEmpty)
      return others.every((each) => each === others[0]) ? others[0] : undefined;
    return others.every((each) => each === status) ? status : undefined;
  }

  /** How the open commands on a job may have gone. */
  outcomesOf(id: string): readonly Outcome[] {
    return this.commands.flatMap(({ request, outcomes }) =>
      request.kind === "verb" && request.job === id
        ? outcomes.filter(({ beliefs }) => !beliefs.isEmpty)
        : [],
    );
  }

  /** Something wrong with the line that is being taken. */
  odd(observed: string, why: string, expected?: readonly string[]): Oddity {
    return { line: this.line, observed, why, ...(expected && { expected }) };
  }

  /** Remembers a change, as long as an answer may still be of before it. */
  note(change: Change): void {
    if (this.hasCommands && this.commands.length === 0) return;
    this.changes.push(change);
    if (this.changes.length <= changesMax) return;
    this.changesBefore += changesMax / 2;
    this.changes.splice(0, changesMax / 2);
  }

  /** Forgets the changes that no answer can be of any more. */
  forget(): void {
    if (this.hasCommands && this.commands.length > 0) return;
    this.changesBefore += this.changes.length;
    this.changes = [];
  }

  /** The members of a job's group that have not ended, the job itself included; newest first. */
  matesOf({ id, group }: Job): readonly Job[] {
    const members = group === undefined ? [id] : (this.groups.get(group)?.members ?? []);
    return members.flatMap((member) => {
      const job = this.jobs.get(member);
      return job === undefined || (job.group !== group && member !== id) ? [] : [job];
    });
  }

  /** Whether a job has concluded, or is gone. */
  hasEnded(id: string): boolean {
    const status = this.statusOf(id);
    return status === "concluded" || status === "null";
  }

  #free(id: string): void {
    const group = this.jobs.get(id)?.group;
    this.jobs.delete(id);
    if (group !== undefined) {
      const members = this.groups.get(group)?.members ?? [];
      if (members.every((each) => this.jobs.get(each)?.group !== group)) this.groups.delete(group);
    }
    this.freed.delete(id);
    this.freed.add(id);
    if (this.freed.size > freedMax) {
      for (const oldest of this.freed) {
        this.freed.delete(oldest);
        return;
      }
    }
  }
}
