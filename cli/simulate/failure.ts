/** A failure of `simulate`: made simpler, told, and left as a tape. */
import { writeFile } from "node:fs/promises";
import { shrunk } from "../../properties/simulate/judge.ts";
import type { Outcome } from "../../properties/simulate/simulate.ts";
import { storyOf } from "../../properties/simulate/story.ts";
import { writeTape, type TapeFile } from "../../properties/simulate/tape-file.ts";
import type { Call } from "../call.ts";
import { exit, type ExitCode } from "../exit-code.ts";
import { complain, mentionInPassing, print } from "../output.ts";
import { whyUnread } from "../read-text.ts";
import { shellWord } from "../shell-word.ts";
import { counted } from "../units.ts";
import type { Interruption } from "./interruption.ts";

/** Runs that shrinking may take. */
const shrinkRunsMax = 400;

interface Failure {
  readonly found: Outcome;
  /** What made it. */
  readonly tape: TapeFile;
  readonly shrinks: boolean;
  /** Where its tape goes; undefined when there is one already. */
  readonly path: string | undefined;
}

/** The story first: it is not lost when the tape cannot be written. */
export async function tellFailure(
  call: Call,
  { found, tape, shrinks, path }: Failure,
  { signal }: Pick<Interruption, "signal">,
): Promise<ExitCode> {
  const where = `seed ${tape.seed}, strategy ${tape.strategy}`;
  if (shrinks && !call.isJson) complain(`${where}, fails; looking for a simpler run that does …`);
  let runs = 0;
  const onRun = (): void => {
    runs += 1;
    mentionInPassing(`${counted(runs, "run")} of ${shrinkRunsMax} at most`);
  };
  const told = shrinks
    ? await shrunk(found, tape, { runsMax: shrinkRunsMax, onRun, signal })
    : found;
  mentionInPassing("");
  if (!call.isJson) {
    const how = `made simpler in ${counted(runs, "run")} (--no-shrink tells it as it was)`;
    await print(`\n${where}${told === found ? "" : `, ${how}`}`);
    await print(storyOf(told));
  }
  const { broken, steps, tape: choices } = told;
  const kept = { ...tape, broken, choices };
  const isKept = path !== undefined && (await write(path, kept));
  const again = `simulate --replay ${shellWord(path ?? "")}`;
  if (!call.isJson) {
    if (isKept) await print(`the tape is ${path}; run it again with: ${call.hint(again)}`);
    else if (path !== undefined) await print(writeTape(kept));
    return exit.failed;
  }
  const { seed, strategy } = tape;
  const file = isKept
    ? { tape: path, again }
    : path === undefined
      ? {}
      : { tape: JSON.parse(writeTape(kept)) as unknown };
  await print(JSON.stringify({ failure: { seed, strategy, broken, steps, ...file } }));
  return exit.failed;
}

/** Whether it could be written. */
async function write(path: string, tape: TapeFile): Promise<boolean> {
  try {
    await writeFile(path, `${writeTape(tape)}\n`);
    return true;
  } catch (error) {
    complain(`${path}: cannot be written: ${whyUnread(error)}; the tape follows`);
    return false;
  }
}
