/** Help: what there is, and what one command does and takes. */
import type { Command } from "./command.ts";
import { globalOptions, type Options } from "./options.ts";
import { commands, findCommandNamed } from "./commands.ts";
import { suggestion } from "./nearest.ts";
import { shownWord } from "./shown-word.ts";
import { paint } from "./output.ts";
import { aligned } from "./table.ts";
import { UsageError } from "./usage-error.ts";

/**
 * The help on one command, or on all; on `run` with what a built-in job type is and takes. Fails
 * with UsageError when there is no such command or type.
 */
export async function helpOn(name?: string, type?: string): Promise<string> {
  if (name === undefined) return overview();
  const text = details(await expectCommand(name));
  return name === "run" && type !== undefined ? `${text}\n\n${await aboutType(type)}` : text;
}

/** What JSON Schema says of an object's properties. */
interface Schema {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
}

async function aboutType(type: string): Promise<string> {
  const { builtIn } = await import("../drivers/built-in.ts");
  const driver = builtIn.find((each) => each.type === type);
  if (driver === undefined) {
    const types = builtIn.map((each) => each.type);
    const known = `The built-in ones are ${types.join(", ")}`;
    throw new UsageError(
      `Unknown job type '${shownWord(type)}'.${suggestion(type, types)} ${known}`,
    );
  }
  const { required = [], properties = {} } = driver.args as Schema;
  const rows = Object.entries(properties).map(([name, { description = "" }]) => [
    `  ${name}`,
    `${description}${required.includes(name) ? " (required)" : ""}`,
  ]);
  return [`${type} ${driver.description}.`, "", `arguments of ${type}:`, ...aligned(rows)].join(
    "\n",
  );
}

export async function expectCommand(name: string): Promise<Command> {
  const command = await findCommandNamed(name);
  if (command !== undefined) return command;
  const near = suggestion(name, [...Object.keys(commands), "help"]);
  throw new UsageError(`Unknown command '${shownWord(name)}'.${near} 'jobchart help' lists all`);
}

async function overview(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  return [
    "usage: jobchart [--bus URL] [--json] COMMAND …",
    "",
    ...aligned(all.map(({ name, summary }) => [`  ${paint("bold", name)}`, summary])),
    "",
    "options of every command:",
    ...optionLines(globalOptions),
    "",
    "Sizes and speeds: 500k 2MiB 1.5G, in bytes when bare; k M G are 1024s, kB MB GB 1000s.",
    "Durations: 90s 5m 2h30m 1d, in seconds when bare.",
    "Exit codes: 0 success, 1 a job failed, 2 bad usage, 3 refused, 4 no usable bus, 130 cancelled.",
    "'jobchart help COMMAND' says more.",
  ].join("\n");
}

function details({ name, usage, summary, options, examples }: Command): string {
  const own = optionLines(options);
  return [
    `usage: jobchart ${name} ${usage}`.trimEnd(),
    "",
    `${name} ${summary}.`,
    ...(own.length === 0 ? [] : ["", "options:", ...own]),
    "",
    "options of every command:",
    ...optionLines(globalOptions),
    ...(examples.length === 0 ? [] : ["", "examples:"]),
    ...examples.map((example) => `  jobchart ${example}`),
  ].join("\n");
}

function optionLines(options: Options): readonly string[] {
  return aligned(
    Object.entries(options).map(([name, { value, optional, about, many }]) => [
      `  --${name}${value === undefined ? "" : optional ? `[=${value}]` : ` ${value}`}`,
      `${about}${many ? " (repeatable)" : ""}`,
    ]),
  );
}
