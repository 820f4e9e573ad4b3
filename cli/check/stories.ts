/**
 * Stories: what was found, told once for every sequence. One mistake breaks several sentences, most
 * of them by one sequence, and one sentence in several parts of a check: of those the shortest is told.
 */
import { replayTape, type Tape } from "../../properties/explore/tape.ts";
import { itfOf } from "../../properties/trace/itf.ts";
import { mermaidOf } from "../../properties/trace/mermaid.ts";
import { textOf } from "../../properties/trace/text.ts";
import type { Trace } from "../../properties/trace/trace.ts";
import type { Format, Shown } from "./check-report.ts";

/** The steps that a tape plays, and what they break: the tape's own sentence first. */
export interface Story {
  readonly tape: Tape;
  readonly steps: Trace["steps"];
  readonly broken: readonly string[];
}

/** The stories of all violations that have a tape; each sentence is in one of them. */
export function storiesOf(violations: readonly Shown[]): readonly Story[] {
  const shortest = new Map<string, Tape>();
  for (const { invariant, tape } of violations) {
    const known = shortest.get(invariant)?.inputs.length ?? Infinity;
    if (tape !== undefined && tape.inputs.length < known) shortest.set(invariant, tape);
  }
  const stories = new Map<string, { tape: Tape; broken: string[] }>();
  for (const { invariant, text, tape } of violations) {
    if (tape === undefined || shortest.get(invariant) !== tape) continue;
    const sequence = JSON.stringify([tape.inputs, tape.loop]);
    const known = stories.get(sequence);
    if (known === undefined) stories.set(sequence, { tape, broken: [text] });
    else known.broken.push(text);
  }
  return [...stories.values()].map(({ tape, broken }) => {
    return { tape, steps: replayTape(tape).trace.steps, broken };
  });
}

/** The steps in the format, to be read or shown by another tool; ends with a line break. */
export function storyText({ tape, steps, broken }: Story, format: Format): string {
  const [first] = broken;
  const trace = { steps, ...(first === undefined ? {} : { broken: first }) };
  if (format === "mermaid") return mermaidOf(trace);
  if (format === "itf") return itfOf(trace);
  const from = tape.inputs.length - tape.loop + 1;
  return `${textOf({ steps })}${tape.loop === 0 ? "" : `for ever again from step ${from}\n`}`;
}
