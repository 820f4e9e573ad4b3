/** A recording: what went over one QMP connection, in order, one JSON object a line. */

/** A QMP message: a command, or a greeting, reply or event of QEMU. */
export type Message = Readonly<Record<string, unknown>>;

export interface RecordedLine {
  /** Seconds since the connection was made. */
  readonly t: number;
  /** A greeting counts as an event: nobody asked for it. */
  readonly dir: "cmd" | "reply" | "event";
  readonly msg: Message;
}

export function toText(lines: readonly RecordedLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** Fails with a SyntaxError on a line that is no JSON. */
export function fromText(text: string): readonly RecordedLine[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RecordedLine);
}

/** The statuses that each job went through, by job, in the order of the jobs' first events. */
export function statusPaths(lines: readonly RecordedLine[]): Readonly<Record<string, string[]>> {
  const paths: Record<string, string[]> = {};
  for (const { msg } of lines) {
    const change = statusChange(msg);
    if (change !== undefined) (paths[change.id] ??= []).push(change.status);
  }
  return paths;
}

export interface StatusChange {
  readonly id: string;
  readonly status: string;
}

export function statusChange({ event, data }: Message): StatusChange | undefined {
  return event === "JOB_STATUS_CHANGE" ? (data as StatusChange) : undefined;
}
