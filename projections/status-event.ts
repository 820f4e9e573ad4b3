/**
 * A status change as those outside are told of it: of which job, from what to what, when, and who
 * caused it. The feed's data, a line of `events`, and the data of a CloudEvent.
 */
import { BusError } from "../bus/bus-error.ts";
import type { FeedEntry, Stored } from "../bus/bus.ts";
import { CommitError, type Commit } from "../machines/commit.ts";
import type { Outcome } from "../machines/record.ts";
import type { Status } from "../machines/status.ts";
import { eventsOf, type HistoryEvent } from "./history.ts";

export interface StatusEvent extends Omit<HistoryEvent, "kind" | "set"> {
  readonly job: string;
  readonly uid: string;
  /** Of the job. */
  readonly type: string;
  readonly from: Status;
  readonly to: Status;
  /** Where this change is the one that brought them. */
  readonly error?: string;
  readonly outcome?: Outcome;
}

/**
 * The status changes of a commit, in its order; `types` are those of the group's jobs, by uid.
 * Fails with CommitError `corrupt` at a job that the group never had.
 */
export function statusEventsOf(
  stored: Stored,
  commit: Commit,
  types: ReadonlyMap<string, string>,
): readonly StatusEvent[] {
  const changes: StatusEvent[] = [];
  for (const event of eventsOf(stored, commit)) {
    const { position, rev, at, group, job, uid, from, to, set, cause } = event;
    if (from === undefined || to === undefined || job === null || uid === null) continue;
    const type = types.get(uid);
    if (type === undefined) {
      throw new CommitError("corrupt", `group ${group} rev ${rev}: job ${uid} was never created`);
    }
    changes.push({
      position,
      rev,
      at,
      group,
      job,
      uid,
      type,
      from,
      to,
      ...(typeof set?.error === "string" ? { error: set.error } : {}),
      ...(typeof set?.outcome === "string" ? { outcome: set.outcome } : {}),
      cause,
    });
  }
  return changes;
}

/** The change that an entry of the feed tells of. Fails with BusError `corrupt` when it tells none. */
export function readStatusEvent({ data, subject, position, index }: FeedEntry): StatusEvent {
  const told = parsed(data);
  if (isStatusEvent(told)) return told;
  throw new BusError(
    "corrupt",
    `the feed's entry ${position}.${index} (${subject}): expected a status change, found ${data.slice(0, 80)}`,
  );
}

function isStatusEvent(value: unknown): value is StatusEvent {
  const { position, at, group, job, uid, type, from, to, rev } = (value ?? {}) as Partial<
    Record<keyof StatusEvent, unknown>
  >;
  const texts = [position, at, group, job, uid, type, from, to];
  return texts.every((text) => typeof text === "string") && typeof rev === "number";
}

/** Undefined when the text is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
