/** What a worker may run: programs only where it was said so, with `--allow-command`. */
import { command, commandAllowing } from "../drivers/command/command.ts";
import type { Driver } from "../jobchart.ts";
import type { Call } from "./call.ts";
import type { Options } from "./options.ts";
import { UsageError } from "./usage-error.ts";

const option = "allow-command";

export const allowCommandOption: Options = {
  [option]: {
    value: "PATTERN",
    optional: true,
    many: true,
    about: "it runs commands: any, or programs of that name or path ('rsync', '/opt/*/bin/*')",
  },
};

/**
 * The drivers without `command`, unless the call allows it; with patterns, for those programs only.
 * Fails with UsageError at a pattern that no program can have.
 */
export function allowedDrivers(call: Call, known: readonly Driver[]): readonly Driver[] {
  const patterns = call.texts(option);
  const misplaced = patterns.find((pattern) => /^[^/*].*\//.test(pattern));
  if (misplaced !== undefined) {
    const text = `--${option}: expected a name, or a path from the root on, found '${misplaced}'`;
    throw new UsageError(text);
  }
  if (patterns.includes("")) return known;
  if (patterns.length > 0)
    return known.map((each) => (each === command ? commandAllowing(patterns) : each));
  if (call.text("types")?.split(",").includes(command.type) === true) {
    throw new UsageError(`A worker takes commands only with --${option}, or --${option}=PATTERN`);
  }
  return known.filter((each) => each !== command);
}
