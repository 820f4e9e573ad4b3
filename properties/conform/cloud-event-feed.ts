/**
 * Status changes as CloudEvents 1.0 in JSON: what `export cloudevents` writes. A group is a source,
 * whose events are counted 1, 2, 3 … (the sequence extension), so that a reader who misses one
 * knows. The data is that of the feed, with how the members of the group complete.
 */
import type { Stored } from "../../bus/bus.ts";
import type { Commit } from "../../machines/commit.ts";
import { attributesOf, type CloudEventAttributes } from "../../projections/cloud-event.ts";
import { statusEventsOf, type StatusEvent } from "../../projections/status-event.ts";

export interface CloudEvent extends CloudEventAttributes {
  /** Of fixed width, so that it orders as text too. */
  readonly sequence: string;
  readonly data: object;
}

interface Source {
  readonly types: Map<string, string>;
  completion: "grouped" | "individual";
  count: number;
  /** Members that are not null. */
  alive: number;
}

const sequenceDigits = 10;

export class CloudEventFeed {
  readonly #sources = new Map<string, Source>();

  /** The events of a group's next commit; those of a group must come from its first one on. */
  eventsOf(stored: Stored, commit: Commit): readonly CloudEvent[] {
    const source = this.#sourceOf(commit);
    const events = statusEventsOf(stored, commit, source.types);
    const counted = events.map((event) => cloudEvent(event, source));
    if (source.alive === 0) this.#sources.delete(commit.gid);
    return counted;
  }

  #sourceOf({ gid, events }: Commit): Source {
    const fresh: Source = { types: new Map(), completion: "individual", count: 0, alive: 0 };
    const source = this.#sources.get(gid) ?? fresh;
    this.#sources.set(gid, source);
    for (const { uid = "", from, to, set } of events) {
      if (from === "undefined") {
        source.types.set(uid, set?.type ?? "");
        source.completion = set?.completion ?? "individual";
        source.alive += 1;
      }
      if (to === "null") source.alive -= 1;
    }
    return source;
  }
}

function cloudEvent(event: StatusEvent, source: Source): CloudEvent {
  source.count += 1;
  return {
    ...attributesOf(event),
    sequence: `${source.count}`.padStart(sequenceDigits, "0"),
    data: { ...event, completion: source.completion },
  };
}
