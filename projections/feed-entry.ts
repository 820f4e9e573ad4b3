/**
 * The feed's entries: one for every status change in the log, each under a subject of its own,
 * `event.<type>.<id>.<status>`, so that a listener can choose by any of the three.
 */
import type { FeedEntry, Stored } from "../bus/bus.ts";
import type { Commit } from "../machines/commit.ts";
import type { Outcome } from "../machines/record.ts";
import type { Status } from "../machines/status.ts";
import { eventsOf, type HistoryEvent } from "./history.ts";
import { tokenOf } from "./token.ts";

/** The JSON of an entry's data. */
interface StatusEvent extends Omit<HistoryEvent, "kind" | "set"> {
  readonly type: string;
  readonly from: Status;
  readonly to: Status;
  /** Where this change is the one that brought them. */
  readonly error?: string;
  readonly outcome?: Outcome;
}

/** The entries of a commit, in its order; `types` are those of the group's jobs, by uid. */
export function feedEntries(
  stored: Stored,
  commit: Commit,
  types: ReadonlyMap<string, string>,
): readonly FeedEntry[] {
  const entries: FeedEntry[] = [];
  for (const [index, event] of eventsOf(stored, commit).entries()) {
    const { position, rev, at, group, job, uid, from, to, set, cause } = event;
    if (from === undefined || to === undefined || job === null || uid === null) continue;
    const type = types.get(uid) ?? "";
    const data: StatusEvent = {
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
    };
    const subject = ["event", type, job, to].map(tokenOf).join(".");
    entries.push({ subject, position: stored.position, index, data: JSON.stringify(data) });
  }
  return entries;
}
