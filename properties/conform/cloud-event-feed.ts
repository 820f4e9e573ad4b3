/**
 * Status changes as CloudEvents 1.0 in JSON: what `export cloudevents` writes. A group is a source,
 * whose events are counted 1, 2, 3 … (the sequence extension), so that a reader who misses one
 * knows. The data is that of the feed, with how the members of the group complete.
 */
import type { Stored } from "../../bus/bus.ts";
import type { Commit } from "../../machines/commit.ts";
import type { Status } from "../../machines/status.ts";
import { feedEntries } from "../../projections/feed-entry.ts";

export interface CloudEvent {
  readonly specversion: "1.0";
  /** `GID/REV.INDEX`: the same wherever the log is copied to. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** The job's id. */
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
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
    const entries = feedEntries(stored, commit, source.types);
    const events = entries.map(({ index, data }) => {
      source.count += 1;
      return cloudEvent(JSON.parse(data) as FeedData, {
        id: `${commit.gid}/${commit.rev}.${index}`,
        sequence: `${source.count}`.padStart(sequenceDigits, "0"),
        completion: source.completion,
      });
    });
    if (source.alive === 0) this.#sources.delete(commit.gid);
    return events;
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

interface FeedData {
  readonly group: string;
  readonly job: string;
  readonly to: Status;
  readonly at: string;
}

function cloudEvent(
  data: FeedData,
  { id, sequence, completion }: Pick<CloudEvent, "id" | "sequence"> & { completion: string },
): CloudEvent {
  return {
    specversion: "1.0",
    id,
    source: `/jobchart/groups/${data.group}`,
    type: `jobchart.job.${data.to}`,
    subject: data.job,
    time: data.at,
    datacontenttype: "application/json",
    sequence,
    data: { ...data, completion },
  };
}
