/**
 * Corrupting a recording: places in it, found by what is said there, and small changes of it. A
 * place is looked for where it is used, so that a recording may be made anew.
 */
import type { Message, RecordedLine } from "../qemu/recording.ts";

export type Recorded = readonly RecordedLine[];

/** The index of a line; fails where there is none such. */
export type Place = (log: Recorded) => number;
export type Edit = (log: Recorded) => Recorded;

export interface Corruption {
  /** What was done, as what the log then says. */
  readonly what: string;
  /** The recording. */
  readonly of: string;
  /** Of which QEMU; default 10.0.2. */
  readonly version?: string;
  readonly edit: Edit;
  /** Where it first cannot be, in the corrupted recording. */
  readonly at: Place;
}

type Matches = (message: Message) => boolean;

function nth(what: string, count: number, matches: Matches): Place {
  return (log) => {
    const found = [...log.keys()].filter((index) => matches(log[index]?.msg ?? {}));
    const index = found[count - 1];
    if (index === undefined) throw new Error(`the recording has no ${what} number ${count}`);
    return index;
  };
}

/** A status event, or a BLOCK_JOB event, of a job. */
export function event(job: string, what: string, count = 1): Place {
  return nth(`${what} of ${job}`, count, (message) => {
    const data = fieldsOf(message["data"]);
    if (message["event"] !== "JOB_STATUS_CHANGE") {
      return message["event"] === what && (data["device"] ?? data["id"]) === job;
    }
    return data["id"] === job && data["status"] === what;
  });
}

export function command(name: string, count = 1): Place {
  return nth(name, count, (message) => message["execute"] === name);
}

/** The first reply after a command: recordings ask one thing at a time. */
export function reply(name: string, count = 1): Place {
  return (log) => {
    const from = command(name, count)(log);
    const index = log.findIndex(({ dir }, at) => at > from && dir === "reply");
    if (index === -1) throw new Error(`${name} number ${count} has no reply`);
    return index;
  };
}

export function after(place: Place): Place {
  return (log) => place(log) + 1;
}

export function drop(place: Place, count = 1): Edit {
  return (log) => log.toSpliced(place(log), count);
}

/** Puts a status event before a place. */
export function insert(job: string, status: string, before: Place): Edit {
  return (log) => {
    const index = before(log);
    const message = { event: "JOB_STATUS_CHANGE", data: { id: job, status } };
    return log.toSpliced(index, 0, { t: timeAt(log, index), dir: "event", msg: message });
  };
}

/** Puts a copy of a line before another place. */
export function copy(from: Place, before: Place): Edit {
  return (log) => log.toSpliced(before(log), 0, lineAt(log, from));
}

/** Puts a query and what it returns before a place. */
export function query(name: string, found: readonly Message[], before: Place): Edit {
  return asked(name, found, before, before);
}

/** As query; what it returns comes before a later place. */
export function asked(
  execute: string,
  found: readonly Message[],
  asking: Place,
  answering: Place,
): Edit {
  return (log) => {
    const [from, to] = [asking(log), answering(log)];
    return log
      .toSpliced(to, 0, { t: timeAt(log, to), dir: "reply", msg: { return: found } })
      .toSpliced(from, 0, { t: timeAt(log, from), dir: "cmd", msg: { execute } });
  };
}

export function move(from: Place, before: Place): Edit {
  return (log) => {
    const line = lineAt(log, from);
    return log.flatMap((each, index) => {
      if (each === line) return [];
      return index === before(log) ? [line, each] : [each];
    });
  };
}

export function swap(a: Place, b: Place): Edit {
  return (log) => log.with(a(log), lineAt(log, b)).with(b(log), lineAt(log, a));
}

/** Another status in a status event. */
export function status(place: Place, to: string): Edit {
  return altered(place, (message) => ({
    ...message,
    data: { ...fieldsOf(message["data"]), status: to },
  }));
}

/** Other data in an event; undefined takes a field away. */
export function data(place: Place, fields: Message): Edit {
  return altered(place, (message) => ({
    ...message,
    data: { ...fieldsOf(message["data"]), ...fields },
  }));
}

/** Another event with the same data. */
export function renamed(place: Place, name: string): Edit {
  return altered(place, (message) => ({ ...message, event: name }));
}

export function succeeds(place: Place): Edit {
  return altered(place, () => ({ return: {} }));
}

export function fails(place: Place, desc: string, kind = "GenericError"): Edit {
  return altered(place, () => ({ error: { class: kind, desc } }));
}

/** Other arguments of a command; undefined takes one away. */
export function given(place: Place, fields: Message): Edit {
  return altered(place, (message) => ({
    ...message,
    arguments: { ...fieldsOf(message["arguments"]), ...fields },
  }));
}

/** Other fields in the row of a job, in what a query returns. */
export function row(place: Place, job: string, fields: Message): Edit {
  return rows(place, (all) =>
    all.map((each) => ((each["id"] ?? each["device"]) === job ? { ...each, ...fields } : each)),
  );
}

export function rows(place: Place, change: (rows: readonly Message[]) => readonly Message[]): Edit {
  return altered(place, (message) => ({
    return: change((message["return"] as readonly Message[] | undefined) ?? []),
  }));
}

/** One edit after the other. */
export function all(...edits: readonly Edit[]): Edit {
  return (log) => edits.reduce((changed, edit) => edit(changed), log);
}

function altered(place: Place, change: (message: Message) => Message): Edit {
  return (log) => {
    const index = place(log);
    const line = lineAt(log, place);
    return log.with(index, { ...line, msg: change(line.msg) });
  };
}

/** The time of the line before, so that no clock goes back. */
function timeAt(log: Recorded, index: number): number {
  return log[index - 1]?.t ?? 0;
}

function lineAt(log: Recorded, place: Place): RecordedLine {
  const line = log[place(log)];
  if (line === undefined) throw new Error("the place is behind the recording");
  return line;
}

function fieldsOf(value: unknown): Message {
  return (value ?? {}) as Message;
}
