/**
 * Forms: what of a job's record decides what can happen to it. Two jobs of one form behave alike,
 * whatever they are called, so that a group is known by the forms of its members.
 *
 * Left out are names, texts, results, speeds and what `change` has set: the lifecycle writes them
 * and never reads them, but for the first error, of which it asks whether there is one. Times are
 * left out too: every reading comes with the input, as "not yet" or as "due", and each record is
 * set back to the same moment, from which all that is awaited is an hour away. Who cancelled a job
 * counts only as "another member": G11 lets that be one alone, and is asked of every step.
 * Counters end where nothing asks further: losses in a row at five, and the failed tries of a step
 * as well, for a lone plain job, which is explored with every set of steps. For all others one
 * failed try stands for any number: it is a matter of the step alone. forms.test.ts walks at random with whole records beside
 * forms, and finds the same answers.
 */
import type { Group, Job } from "../../machines/record.ts";
import { firstWorker } from "../../machines/story.ts";

/** When everything is said, unless it is said when due. Milliseconds since 1970. */
export const now = Date.UTC(2025, 10, 20, 6);
/** When everything that is awaited is due. */
export const due = now + 3_600_000;

export interface Fineness {
  /** Workers lost in a row that are told apart; the lifecycle gives up at five. */
  readonly lossesMax: number;
  /** Failed tries of a step that are told apart; at five the lifecycle asks for an operator. */
  readonly triesMax: number;
  /** Whether there is some progress, and some checkpoint, or none. */
  readonly progress: boolean;
}

export class Forms {
  readonly #fineness: Fineness;
  readonly #ids = new Map<string, number>();
  readonly #records = new Map<string, Job>();
  readonly #known = new WeakMap<Job, number>();

  constructor(fineness: Fineness) {
    this.#fineness = fineness;
  }

  /** The number of a normal job's form. */
  id(job: Job): number {
    const known = this.#known.get(job);
    if (known === undefined) throw new Error(`${job.id} is not in normal form`);
    return known;
  }

  /** The group with each record replaced by its form's; the very group when it was that already. */
  normal(group: Group): Group {
    if (group.jobs.every((job) => this.#known.has(job))) return group;
    return { ...group, jobs: group.jobs.map((job) => this.#normalJob(job)) };
  }

  #normalJob(job: Job): Job {
    if (this.#known.has(job)) return job;
    const normal = normalised(job, this.#fineness);
    const { id: _id, uid, cancelledBy, ...rest } = normal;
    const text = JSON.stringify([cancelledBy !== null, ...Object.values(rest)]);
    const id = this.#ids.get(text) ?? this.#ids.size;
    this.#ids.set(text, id);
    const name = `${id} ${uid} ${cancelledBy}`;
    const known = this.#records.get(name);
    if (known !== undefined) return known;
    const record = freeze(normal);
    this.#records.set(name, record);
    this.#known.set(record, id);
    return record;
  }
}

function normalised(job: Job, { lossesMax, triesMax, progress }: Fineness): Job {
  const moment = (at: number | null): number | null => at && now;
  const awaited = (at: number | null): number | null => at && due;
  return {
    ...job,
    speed: 0,
    changed: {},
    note: null,
    result: null,
    prepared: null,
    lastError: null,
    ioStatus: job.ioStatus === "ok" ? "ok" : "failed",
    cancelText: job.cancelText && "cancel text",
    error: job.error && "error",
    damage: job.damage && "damage",
    claim: job.claim && firstWorker,
    losses: Math.min(job.losses, lossesMax),
    cursor: progress ? job.cursor && 1 : null,
    progress: { current: progress ? Math.min(job.progress.current, 1) : 0, total: 100 },
    stuck: job.stuck && {
      ...job.stuck,
      error: "stuck",
      tries: Math.min(job.stuck.tries, triesMax),
      retryAt: due,
    },
    createdAt: now,
    startedAt: moment(job.startedAt),
    activeSince: moment(job.activeSince),
    activeMs: 0,
    endedAt: moment(job.endedAt),
    retryAt: awaited(job.retryAt),
    notBefore: awaited(job.notBefore),
    deadline: awaited(job.deadline),
  };
}

/** Nothing that decides may write on what it is given: it would be thrown at. */
function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}
