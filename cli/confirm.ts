/** Asking before many things are changed at once: at a terminal, unless `--yes` has said it already. */
import { createInterface } from "node:readline";
import type { Call } from "./call.ts";
import type { Options } from "./options.ts";
import { complain } from "./output.ts";
import { UsageError } from "./usage-error.ts";

/** Of every command that asks. */
export const yesOption: Options = { yes: { about: "do it without asking" } };

/**
 * Whether the question, as `cancel 12 jobs (a, b, c and 9 more)?`, is answered with yes. Says so
 * where it is not. Fails with UsageError, which quotes it, where there is nobody to answer.
 */
export async function confirmed(call: Call, question: string): Promise<boolean> {
  if (call.flag("yes")) return true;
  if (!process.stdin.isTTY) {
    throw new UsageError(`${question} There is no terminal to answer at; --yes does it unasked`);
  }
  process.stderr.write(`${question} [y/N] `);
  const isYes = /^y(es)?$/i.test((await readLine()).trim());
  if (!isYes) complain("jobchart: nothing was done");
  return isYes;
}

/** The next line of standard input; empty at its end. */
async function readLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  return "";
}
