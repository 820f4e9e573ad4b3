/**
 * Which programs a worker runs. Patterns are globs: one with a slash is held against the program's
 * whole path, one without against its name. It is a fence against mistakes and no prison: many
 * programs start others when they are asked to.
 */
import { matchesGlob } from "node:path";
import type { CommandArgs } from "./command-args.ts";

/**
 * Fails when none of the patterns allows the program, which lies at `path`. A name says nothing
 * where the job itself says where names are looked for.
 */
export function expectAllowed(
  { argv, env }: CommandArgs,
  path: string,
  patterns: readonly string[],
): void {
  const [name = ""] = argv;
  const hasOwnPath = env?.["PATH"] !== undefined;
  const isNamed = !name.includes("/") && !hasOwnPath;
  const isAllowed = patterns.some((pattern) =>
    pattern.includes("/") ? matchesGlob(path, pattern) : isNamed && matchesGlob(name, pattern),
  );
  if (isAllowed) return;
  const found = name === path ? "" : ` ('${path}')`;
  const advice = hasOwnPath ? "; where a job sets PATH, only whole paths count" : "";
  throw new Error(
    `this worker does not run '${name}'${found}: it takes ${patterns.join(", ")} ` +
      `(--allow-command)${advice}`,
  );
}
