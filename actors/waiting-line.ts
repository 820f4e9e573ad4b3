/**
 * The waiting line: which of the jobs that wait for resources are to be offered now. As many as
 * there are places, those of higher priority first, then the oldest; one that nobody takes soon
 * lets the next go too. Whether there is a place is said by the records: at the claim it is made
 * sure of.
 */
import { offerOf } from "../machines/duty.ts";
import type { Job, Resource } from "../machines/record.ts";
import { holdsResources, mayAllHold, takesWhenClaimed } from "../machines/resources.ts";

/** So long a place counts as taken by who is offered it. */
const graceMs = 1_000;
/** An offer that nobody took is made again, in case the queue was lost. */
const offerAgainMs = 10_000;

type Held = Map<string, Resource[]>;

interface Offered {
  /** When it was first, since there is a place for it: what comes and goes gives no new grace. */
  readonly firstMs: number;
  readonly lastMs: number;
}

export class WaitingLine {
  /** When each was offered, by its uid; not of one that there was no place for since. */
  readonly #offered = new Map<string, Offered>();
  /** Who has or wants each resource, as it was seen last. */
  #users = new Map<string, string>();
  #length = 0;

  /** How many waited when it was looked at last. */
  get length(): number {
    return this.#length;
  }

  /**
   * The uids of those to be offered. `jobs`: all that have not ended and name a resource; `at` is
   * the time of day, `nowMs` monotonic.
   */
  next(jobs: readonly Job[], at: number, nowMs: number): ReadonlySet<string> {
    const changed = this.#changed(jobs);
    const waiting = jobs.filter((job) => isDue(job, at)).toSorted(byTurn);
    this.#length = waiting.length;
    const held = heldBy(jobs.filter(holdsResources));
    const due = new Set<string>();
    const seen = new Map(this.#offered);
    this.#offered.clear();
    for (const { uid, resources } of waiting) {
      if (!resources.every((each) => mayAllHold([...(held.get(each.name) ?? []), each]))) continue;
      const isNews = resources.some(({ name }) => changed.has(name));
      const { firstMs = nowMs, lastMs = -Infinity } = seen.get(uid) ?? {};
      const isDueAgain = isNews || nowMs - lastMs >= offerAgainMs;
      if (isDueAgain) due.add(uid);
      this.#offered.set(uid, { firstMs, lastMs: isDueAgain ? nowMs : lastMs });
      if (nowMs - firstMs < graceMs) hold(held, resources);
    }
    return due;
  }

  /** Of which resources others have or want them than last time: what was offered then may be gone. */
  #changed(jobs: readonly Job[]): ReadonlySet<string> {
    const users = new Map<string, string>();
    for (const { uid, epoch, claim, resources } of jobs) {
      for (const { name } of resources) {
        users.set(name, `${users.get(name) ?? ""} ${uid}.${epoch}${claim === null ? "" : "+"}`);
      }
    }
    const changed = [...users].filter(([name, who]) => this.#users.get(name) !== who);
    this.#users = users;
    return new Set(changed.map(([name]) => name));
  }
}

function isDue(job: Job, at: number): boolean {
  const offer = takesWhenClaimed(job) ? offerOf(job) : undefined;
  return offer !== undefined && offer.at <= at;
}

function byTurn(a: Job, b: Job): number {
  return b.priority - a.priority || a.createdAt - b.createdAt || a.uid.localeCompare(b.uid);
}

function heldBy(jobs: readonly Job[]): Held {
  const held: Held = new Map();
  for (const { resources } of jobs) hold(held, resources);
  return held;
}

function hold(held: Held, resources: readonly Resource[]): void {
  for (const each of resources) {
    const beside = held.get(each.name);
    if (beside === undefined) held.set(each.name, [each]);
    else beside.push(each);
  }
}
