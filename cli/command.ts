/**
 * A command: one plain object, one file in commands/. It says what it takes; main.ts reads the
 * words, and hands them to `run` as a call.
 */
import type { Call } from "./call.ts";
import type { ExitCode } from "./exit-code.ts";
import type { Options } from "./options.ts";
import type { Verb } from "../machines/status.ts";

/**
 * A verb: jobs that are open to it; `job`: any, also one that ended a while ago; `type`: a job type,
 * and then files; a list: one of these.
 */
type Completes = Verb | "job" | "type" | "file" | readonly string[];

/** Commands by name, each loaded when it is called. */
export type Commands = Readonly<Record<string, () => Promise<Command>>>;

export interface Command {
  readonly name: string;
  /** What follows the name: `ID… [--note TEXT]`. */
  readonly usage: string;
  /** One line, begins with a verb: "pauses jobs". */
  readonly summary: string;
  readonly options: Options;
  /** What follows `jobchart `. */
  readonly examples: readonly string[];
  /** What its words are, for who completes them. Absent: nothing that is known. */
  readonly completes?: Completes;
  /** Fails with UsageError and BusError, which main.ts reports. */
  run(call: Call): Promise<ExitCode>;
}
