/**
 * Which programs a worker takes. Patterns are globs: one with a slash is held against the program's
 * whole path, one without against its name. It is a fence against mistakes and no prison: many
 * programs start others when they are asked to.
 */
import { matchesGlob, resolve } from "node:path";
import type { CommandArgs } from "./command-args.ts";
import { findProgram } from "./find-program.ts";

/**
 * Whether one of the patterns allows the program. A name says nothing where the job itself says
 * where names are looked for; one that cannot be found here is on no path.
 */
export async function isAllowed(args: CommandArgs, patterns: readonly string[]): Promise<boolean> {
  const { argv, cwd = process.cwd(), env } = args;
  const [name = ""] = argv;
  const isPath = name.includes("/");
  const isNamed = !isPath && env?.["PATH"] === undefined;
  if (isNamed && patterns.some((each) => !each.includes("/") && matchesGlob(name, each))) {
    return true;
  }
  const order = { argv, cwd, env: { ...process.env, ...env } };
  const path = isPath ? resolve(cwd, name) : await findProgram(order).catch(() => undefined);
  return (
    path !== undefined && patterns.some((each) => each.includes("/") && matchesGlob(path, each))
  );
}
