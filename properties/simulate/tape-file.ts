/** A tape as a file: what `simulate` writes of a run that failed, and `--replay` runs again. */
import { z } from "zod";
import type { Tape } from "./chooser.ts";
import { strategies, type Strategy } from "./simulate.ts";

export interface TapeFile {
  readonly seed: number;
  readonly strategy: Strategy;
  readonly losesSuffix: boolean;
  readonly choices: Tape;
  /** What was broken when it was recorded. */
  readonly broken?: string | undefined;
}

const schema = z.object({
  format: z.literal("jobchart-tape"),
  version: z.literal(1),
  kind: z.literal("simulate"),
  seed: z.int(),
  strategy: z.enum(strategies),
  losesSuffix: z.boolean().default(false),
  choices: z.array(z.int().nonnegative()).max(1_000_000),
  broken: z.string().optional(),
});

export function writeTape(tape: TapeFile): string {
  const { seed, strategy, losesSuffix, choices, broken } = tape;
  const head = { format: "jobchart-tape", version: 1, kind: "simulate" };
  return JSON.stringify({ ...head, seed, strategy, losesSuffix, broken, choices });
}

/** The tape in parsed JSON, or what is wrong with it. */
export function readTape(value: unknown): TapeFile | string {
  const { data, error } = schema.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  const place = issue?.path.join(".") ?? "";
  return `is no tape of a simulation: ${place === "" ? "" : `${place}: `}${issue?.message ?? ""}`;
}
