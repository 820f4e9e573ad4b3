/** `check --replay TAPE`: plays the inputs of a violation again, on the lifecycle as it is now. */
import { readTape, replayTape, type Tape } from "../../properties/explore/tape.ts";
import type { Call } from "../call.ts";
import { exit, type ExitCode } from "../exit-code.ts";
import { paint, print, write } from "../output.ts";
import { nameOf, readText } from "../read-text.ts";
import { messageOf, UsageError } from "../usage-error.ts";
import type { Format } from "./check-report.ts";
import { storyText } from "./stories.ts";
import { voiceOf } from "./tell.ts";

const tapeBytesMax = 16 * 1024 * 1024;

export async function replayed(call: Call, path: string, format: Format): Promise<ExitCode> {
  const tape = await tapeIn(path);
  const { trace, violations } = replayTape(tape);
  const code = violations.length === 0 ? exit.ok : exit.failed;
  if (call.isJson) {
    const steps = trace.steps.map(({ by, verb, job, refusal, after }) => {
      const statuses = Object.fromEntries(after.jobs.map(({ id, status }) => [id, status]));
      return { by, verb, job, refused: refusal?.refused, statuses };
    });
    await print(JSON.stringify({ invariant: tape.invariant, steps, violations }));
    return code;
  }
  const own = violations.filter(({ id }) => id === tape.invariant);
  const others = violations.filter(({ id }) => id !== tape.invariant);
  const broken = [...new Set([...own, ...others].map(({ text }) => text))];
  const say = voiceOf(format);
  await write(storyText({ tape, steps: trace.steps, broken }, format));
  if (own.length === 0) {
    const rest = others.length === 0 ? "and so does all else" : "but something else does not";
    const sound = `${tape.invariant} holds of every step of this tape, ${rest}`;
    await say(`${paint("green", "✓")} ${sound}`);
  }
  for (const text of broken) await say(`${paint("red", "✗")} ${text}`);
  return code;
}

async function tapeIn(path: string): Promise<Tape> {
  const text = await readText(path, tapeBytesMax);
  try {
    return readTape(text);
  } catch (cause) {
    const message = `${nameOf(path)}: ${messageOf(cause)}`;
    throw new UsageError(message, { code: "unreadable", cause });
  }
}
