/**
 * History: what happened to a group or a job, one event an item, in log order. It is the log
 * itself, unfolded; the texts of the changes (`set`) are those of the commits.
 */
import type { Log, Position, Stored } from "../bus/bus.ts";
import { decode, type Cause, type Commit } from "../machines/commit.ts";
import type { Fact, Kind, JobPatch } from "../machines/fact.ts";
import { gidOf, isUid } from "../machines/job-id.ts";
import { Ledger } from "../machines/ledger.ts";
import type { Pruned } from "../machines/record.ts";
import type { Status } from "../machines/status.ts";
import { msOf } from "./iso-time.ts";

export interface HistoryEvent {
  /** `12.0`: the first event of the commit at position 12. */
  readonly position: string;
  readonly rev: number;
  readonly at: string;
  /** The gid. */
  readonly group: string;
  /** Null when the fact is true of every member. */
  readonly job: string | null;
  readonly uid: string | null;
  readonly kind: Kind;
  /** `from` and `to` are there when the kind is `status`. */
  readonly from?: Status;
  readonly to?: Status;
  /** The changed fields and their new values, by their names in the log. */
  readonly set?: JobPatch;
  /** There when the kind is `pruned`: all that is left of what was before. */
  readonly pruned?: Pruned;
  readonly cause: Omit<Cause, "digest">;
}

/** The events of a stored commit, in their order. */
export function eventsOf(stored: Stored, commit: Commit): readonly HistoryEvent[] {
  return commit.events.map((fact, index) => eventOf(`${stored.position}.${index}`, fact, commit));
}

function eventOf(position: string, fact: Fact, commit: Commit): HistoryEvent {
  const { gid: group, rev, at } = commit;
  const { job = null, uid = null, kind, ...change } = fact;
  const { digest: _digest, ...cause } = commit.cause;
  return { position, rev, at, group, job, uid, kind, ...change, cause };
}

/**
 * The events of the group with this gid, or those that concern the job with this uid; none when
 * there is no such group. Of a pruned one there is one event, which holds a summary.
 *
 * Fails with CommitError `corrupt` at a gap or a broken chain and with `newer` at what this program
 * is too old for; the events before that place have been yielded by then.
 */
export async function* historyOf(
  { log }: { readonly log: Pick<Log, "read"> },
  gidOrUid: string,
): AsyncGenerator<HistoryEvent> {
  const isOfJob = isUid(gidOrUid);
  const ledger = new Ledger(isOfJob ? gidOf(gidOrUid) : gidOrUid);
  for (const stored of await log.read(ledger.gid)) {
    for (const event of eventsOf(stored, ledger.read(stored.text))) {
      if (!isOfJob || event.uid === null || event.uid === gidOrUid) {
        yield isOfJob ? ofJob(event, gidOrUid) : event;
      }
    }
  }
}

/** Of a group's summary, what is said of that job. */
function ofJob(event: HistoryEvent, uid: string): HistoryEvent {
  const { pruned } = event;
  const summary = pruned?.jobs.find((job) => job.uid === uid);
  if (pruned === undefined || summary === undefined) return event;
  return { ...event, job: summary.id, uid, pruned: { ...pruned, jobs: [summary] } };
}

/**
 * The events after a position, in log order, as they come, until `signal` aborts; with a gid or
 * uid, only those that concern it. Fails with CommitError at a commit that cannot be read.
 */
export async function* followHistory(
  { log }: { readonly log: Pick<Log, "follow"> },
  after: Position,
  { of, signal }: { readonly of?: string | undefined; readonly signal: AbortSignal },
): AsyncGenerator<HistoryEvent> {
  const uid = of !== undefined && isUid(of) ? of : undefined;
  const gid = uid === undefined ? of : gidOf(uid);
  for await (const batch of log.follow(after, signal)) {
    for (const stored of batch) {
      if (gid !== undefined && stored.gid !== gid) continue;
      const commit = decode(stored.text, `position ${stored.position}`);
      for (const event of eventsOf(stored, commit)) {
        if (uid === undefined || event.uid === null || event.uid === uid) yield event;
      }
    }
  }
}

export interface Stay {
  readonly status: Status;
  readonly at: string;
  readonly position: string;
  /** How long the job was in the status, until `now` if it still is; null for `null`. */
  readonly ms: number | null;
}

/** One job's way through its statuses, out of a history; `now` in milliseconds since 1970. */
export function timeline(
  history: Iterable<HistoryEvent>,
  uid: string,
  now: number,
): readonly Stay[] {
  const changes = [...history].filter((event) => event.uid === uid && event.to !== undefined);
  return changes.map(({ to: status = "undefined", at, position }, index) => {
    const next = changes[index + 1];
    const until = next === undefined ? now : msOf(next.at);
    return { status, at, position, ms: status === "null" ? null : Math.max(0, until - msOf(at)) };
  });
}
