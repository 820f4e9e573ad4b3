/**
 * The feed's entries: one for every status change in the log, each under a subject of its own,
 * `event.<type>.<id>.<status>`, so that a listener can choose by any of the three. The data is the
 * change as JSON; the headers make a CloudEvent of it, and name the log and the trace it is of.
 */
import type { FeedEntry, Headers, Stored } from "../bus/bus.ts";
import type { Commit } from "../machines/commit.ts";
import { attributesOf, headersOf } from "./cloud-event.ts";
import { placeIn } from "./event-place.ts";
import type { Origin } from "./origins.ts";
import { statusEventsOf, type StatusEvent } from "./status-event.ts";
import { tokenOf } from "../bus/token.ts";

/** The header that says of which history the entry's position is: the generation of its log. */
export const generationHeader = "ce-generation";

/** What describes the entries beside the commit: its group's origin, and the log's generation. */
export interface About {
  readonly origin: Origin;
  readonly generation: string;
}

/** The entries of a commit, in its order. Fails as statusEventsOf. */
export function feedEntries(stored: Stored, commit: Commit, about: About): readonly FeedEntry[] {
  return statusEventsOf(stored, commit, about.origin.types).map((event) => {
    const { type, job, to, position } = event;
    return {
      subject: ["event", type, job, to].map(tokenOf).join("."),
      position: stored.position,
      index: placeIn(position)?.index ?? 0,
      data: JSON.stringify(event),
      headers: entryHeaders(event, about),
    };
  });
}

function entryHeaders(event: StatusEvent, { origin, generation }: About): Headers {
  const headers = headersOf({ ...attributesOf(event), generation });
  const traceparent = event.cause.traceparent ?? origin.traceparent;
  return traceparent === undefined ? headers : { ...headers, traceparent };
}
