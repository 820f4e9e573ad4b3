/**
 * A status change as a CloudEvent 1.0: what `export cloudevents` writes as JSON, and the feed's
 * messages carry as headers (binary content mode).
 */
import type { Headers } from "../bus/bus.ts";
import type { StatusEvent } from "./status-event.ts";

export interface CloudEventAttributes {
  readonly specversion: "1.0";
  /** `GID/REV.INDEX`: the same wherever the log is copied to. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** The job's id. */
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
}

export function attributesOf({ position, group, rev, to, job, at }: Told): CloudEventAttributes {
  const index = position.slice(position.indexOf(".") + 1);
  return {
    specversion: "1.0",
    id: `${group}/${rev}.${index}`,
    source: `/jobchart/groups/${group}`,
    type: `jobchart.job.${to}`,
    subject: job,
    time: at,
    datacontenttype: "application/json",
  };
}

type Told = Pick<StatusEvent, "position" | "group" | "rev" | "to" | "job" | "at">;

/**
 * Attributes, extensions among them, as headers: `ce-` and the name, in lower case, the value
 * percent-encoded. `content-type` says the media type once more, for those who know no CloudEvents.
 */
export function headersOf(attributes: Readonly<Record<string, string>>): Headers {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) headers[`ce-${name}`] = encoded(value);
  const { datacontenttype } = attributes;
  return datacontenttype === undefined ? headers : { ...headers, "content-type": datacontenttype };
}

/** A value of an attribute as a header has it: what is not printable ASCII, and space " %, as %XX. */
function encoded(value: string): string {
  return value.replace(/[^\u0021-\u007e]|["%]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${hex(byte)}`).join(""),
  );
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}
