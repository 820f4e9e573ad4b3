/**
 * An entry of the feed as a message: published on `<prefix>.relay.…`, where only a relay may;
 * stored, and told to whoever listens, as `<prefix>.event.…`.
 */
import { BusError } from "../bus-error.ts";
import type { FeedEntry, Headers } from "../bus.ts";
import type { Placed } from "../feed.ts";
import type { Names } from "./names.ts";
import type { StoredMessage } from "./stored-message.ts";

/** Log position and index of the change: `12.0`. */
const positionHeader = "Job-Position";
/** What the server adds. */
const serverHeaders = "Nats-";

/** The subject that a pattern of entries' subjects has in the stream. */
export function feedSubject(names: Names, pattern: string): string {
  return `${names.prefix}.${pattern}`;
}

/** Where an entry is published: `event.copy.a.ready` as `job.relay.copy.a.ready`. */
export function relaySubject(names: Names, { subject }: FeedEntry): string {
  return `${names.prefix}.relay.${subject.replace(/^event\./, "")}`;
}

export function feedHeaders({ headers, position, index }: FeedEntry): Headers {
  return { ...headers, [positionHeader]: `${position}.${index}` };
}

/** The entry. Fails with `corrupt` when no relay of ours wrote it. */
export function placedOf(names: Names, message: StoredMessage): Placed {
  const { seq, subject, fields, text } = message;
  const [, position, index] =
    /^(\d{1,15})\.(\d{1,15})$/.exec(fields.get(positionHeader) ?? "") ?? [];
  if (position === undefined || index === undefined) {
    throw new BusError(
      "corrupt",
      `stream ${names.streams.feed}: message ${seq} on ${subject} has no proper ${positionHeader} ` +
        "header: no relay of Jobchart wrote it",
    );
  }
  const own: Headers = Object.fromEntries(
    [...fields].filter(([name]) => name !== positionHeader && !name.startsWith(serverHeaders)),
  );
  const entry: FeedEntry = {
    subject: subject.slice(names.prefix.length + 1),
    position: Number(position),
    index: Number(index),
    data: text,
    headers: own,
  };
  return { position: seq, entry };
}
