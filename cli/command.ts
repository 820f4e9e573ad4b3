/**
 * A command: one plain object, one file in commands/. It says what it takes; main.ts reads the
 * words, and hands them to `run` as a call.
 */
import type { Call } from "./call.ts";
import type { ExitCode } from "./exit-code.ts";

interface Option {
  /** The placeholder of its value, `TEXT`; absent: it is a flag. */
  readonly value?: string;
  /** May be given more than once. */
  readonly many?: true;
  readonly about: string;
}
export type Options = Readonly<Record<string, Option>>;

export interface Command {
  readonly name: string;
  /** What follows the name: `ID… [--note TEXT]`. */
  readonly usage: string;
  /** One line, begins with a verb: "pauses jobs". */
  readonly summary: string;
  readonly options: Options;
  /** What follows `jobchart `. */
  readonly examples: readonly string[];
  /** Fails with UsageError and BusError, which main.ts reports. */
  run(call: Call): Promise<ExitCode>;
}

export const globalOptions: Options = {
  bus: {
    value: "URL",
    about: "file:PATH or memory:; default $JOBCHART_BUS, else .jobchart/jobs.db",
  },
  context: { value: "NAME", about: "a bus by the name that it has in the settings" },
  json: { about: "JSON, one object a line; errors too" },
  help: { about: "what a command does and takes" },
  version: { about: "the version of this program" },
};

export const noteOption: Options = {
  note: { value: "TEXT", about: "a note for the history" },
};
