/**
 * Tells what `check` has found, and leaves for every story a tape and, where it was asked for, a
 * diagram. With a format standard output holds the first story alone, and people read standard error.
 */
import { writeFile } from "node:fs/promises";
import type { Call } from "../call.ts";
import { complain, paint, print, write } from "../output.ts";
import { whyUnread } from "../read-text.ts";
import type { Format, Shown } from "./check-report.ts";
import { storiesOf, storyText, type Story } from "./stories.ts";

const endings = { text: "", mermaid: ".mmd", itf: ".itf.json" } as const;

/** Says a line to people. */
export type Voice = (line: string) => Promise<void> | void;

/** Other tools read standard output where there is a format for them. */
export function voiceOf(format: Format): Voice {
  return format === "text" ? print : complain;
}

/** Tells every story, and what has none; returns how many sentences are broken. */
export async function tellAll(
  call: Call,
  violations: readonly Shown[],
  format: Format,
): Promise<number> {
  const say = voiceOf(format);
  const bare = violations.filter(({ tape }) => tape === undefined);
  for (const { text, sequence } of bare) {
    const gap = sequence.length === 0 ? [] : [""];
    await say([...gap, ...sequence, `${paint("red", "✗")} ${text}`].join("\n"));
  }
  const stories = storiesOf(violations);
  for (const [index, story] of stories.entries()) {
    if (format !== "text" && index === 0) await write(storyText(story, format));
    await tell(call, story, format);
  }
  return bare.length + stories.flatMap(({ broken }) => broken).length;
}

async function tell(call: Call, story: Story, format: Format): Promise<void> {
  const say = voiceOf(format);
  const { tape, broken } = story;
  const name = `check-${tape.invariant}`;
  const drawing = `${name}${endings[format]}`;
  const text = storyText(story, format);
  await say(format === "text" ? `\n${text.trimEnd()}` : "");
  for (const sentence of broken) await say(`${paint("red", "✗")} ${sentence}`);
  if (format !== "text" && (await leave(drawing, text, say))) await say(`see it: ${drawing}`);
  const file = `${name}.tape.json`;
  const isLeft = await leave(file, `${JSON.stringify(tape)}\n`, say);
  if (isLeft) await say(`play it again: ${call.hint(`check --replay ${file}`)}`);
}

/** Writes the file; what cannot be written is said instead. */
async function leave(file: string, text: string, say: Voice): Promise<boolean> {
  try {
    await writeFile(file, text);
    return true;
  } catch (error) {
    complain(`${file}: cannot be written: ${whyUnread(error)}; this is what it would hold:`);
    await say(text.trimEnd());
    return false;
  }
}
