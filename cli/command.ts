/**
 * A command: one plain object, one file in commands/. It says what it takes; main.ts reads the
 * words, and hands them to `run` as a call.
 */
import type { Call } from "./call.ts";
import type { ExitCode } from "./exit-code.ts";
import type { Options } from "./options.ts";

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
