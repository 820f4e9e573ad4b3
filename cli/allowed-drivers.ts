/** What a worker may run: programs only where it was said so, with `--allow-command`. */
import type { Accepts } from "../actors/worker-settings.ts";
import { isAllowed } from "../drivers/command/allowance.ts";
import type { CommandArgs } from "../drivers/command/command-args.ts";
import { command } from "../drivers/command/command.ts";
import type { Driver } from "../jobchart.ts";
import type { JsonObject } from "../machines/json.ts";
import type { Call } from "./call.ts";
import type { Options } from "./options.ts";
import { UsageError } from "./usage-error.ts";

const option = "allow-command";

export const allowCommandOption: Options = {
  [option]: {
    value: "PATTERN",
    optional: true,
    many: true,
    about: "it takes commands: any, or programs of that name or path ('rsync', '/opt/*/bin/*')",
  },
};

/** What a worker is opened with: its drivers, and which of their jobs it takes. */
interface Allowed {
  readonly drivers: readonly Driver[];
  readonly accepts?: Accepts;
}

/**
 * The drivers without `command`, unless the call allows it; with patterns, for those programs only.
 * Fails with UsageError at a pattern that no program can have.
 */
export function allowed(call: Call, known: readonly Driver[]): Allowed {
  const patterns = call.texts(option);
  const misplaced = patterns.find((pattern) => /^[^/*].*\//.test(pattern));
  if (misplaced !== undefined) {
    const text = `--${option}: expected a name, or a path from the root on, found '${misplaced}'`;
    throw new UsageError(text);
  }
  if (patterns.includes("")) return { drivers: known };
  if (patterns.length > 0) {
    const accepts = {
      [command.type]: (args: JsonObject) => isAllowed(args as CommandArgs, patterns),
    };
    return { drivers: known, accepts };
  }
  const limited = call.texts("limit").map((limit) => limit.split("=")[0]);
  const types = call.text("types")?.split(",") ?? [];
  if ([...types, ...limited].includes(command.type)) {
    throw new UsageError(`A worker takes commands only with --${option}, or --${option}=PATTERN`);
  }
  return { drivers: known.filter((each) => each !== command) };
}
