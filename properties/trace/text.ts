/**
 * A trace as text: one numbered line a step, with who says what to which job and what came of it,
 * below itself where it is long; the last line says what is broken. Made for a terminal and for a
 * failing test's message. A job without a name of its own is called by its number: `-1`.
 */
import type { Group } from "../../machines/record.ts";
import { alike } from "./fact-text.ts";
import type { Trace, TraceStep } from "./trace.ts";
import { valueText } from "./value-text.ts";

const columnsMax = 100;
/** What came of a step, where it stands below it. */
const indent = "      ";
/** A note in what is said makes no column wider than this. */
const cellColumnsMax = 44;

type Cells = readonly string[];

/** The lines, with a line break at the end of each. An empty trace has no steps to show. */
export function textOf({ steps, broken }: Trace): string {
  const firstAt = steps.find(({ at }) => at !== undefined)?.at;
  const heads = steps.map((step, index) => headOf(step, index, firstAt));
  const widths = [0, 1, 2, 3].map((column) => {
    const all = heads.map((cells) => columnsOf(cells[column]));
    return Math.max(0, ...all.filter((width) => width <= cellColumnsMax));
  });
  const lines = steps.flatMap((step, index) => {
    const head = justified(heads[index] ?? [], widths);
    const parts = outcomeOf(step);
    const whole = `${head}${parts.join("; ")}`;
    return columnsOf(whole) <= columnsMax ? [whole] : [head, ...filled(parts)];
  });
  const end = broken === undefined ? [] : [`✗ ${broken}`];
  return [...lines, ...end].map((line) => `${line.trimEnd()}\n`).join("");
}

/** The number, the time since the first step, who, and what is said to whom. */
function headOf(step: TraceStep, index: number, firstAt?: number): Cells {
  const { by, verb, job, detail, at, after } = step;
  const elapsed = at === undefined || firstAt === undefined ? "" : elapsedText(at - firstAt);
  const whom = job === undefined ? undefined : nameIn(after, job);
  const said = [verb, whom, detail === undefined ? undefined : `(${valueText(detail)})`];
  return [`${index + 1}`, elapsed, by, said.filter((word) => word !== undefined).join(" ")];
}

/** A clock may be behind the first one. */
function elapsedText(ms: number): string {
  return `${ms < 0 ? "-" : "+"}${(Math.abs(ms) / 1000).toFixed(3)} s`;
}

/** `-1` for a job whose id is its uid: the group is the same all along. */
function nameIn({ gid }: Group, id: string): string {
  return id.startsWith(`${gid}-`) ? id.slice(gid.length) : id;
}

/** Numbers and times end in their columns, words begin in theirs; an empty column takes no room. */
function justified(cells: Cells, widths: readonly number[]): string {
  return cells
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      const room = " ".repeat(Math.max(0, width - columnsOf(cell)));
      if (width === 0 && cell === "") return "";
      return `${column < 2 ? room + cell : cell + room}  `;
    })
    .join("");
}

function columnsOf(text = ""): number {
  return Array.from(text).length;
}

function outcomeOf({ events, refusal, after }: TraceStep): readonly string[] {
  const refused = refusal === undefined ? [] : [`refused: ${refusal.refused} [${refusal.guard}]`];
  const changes = alike(events).map(({ jobs, text }) => {
    const names = jobs.map((id) => nameIn(after, id)).join(", ");
    return `${names || "all"}: ${text}`;
  });
  return changes.length + refused.length === 0 ? ["nothing changes"] : [...changes, ...refused];
}

/** The parts, as many to a line as fit; one that is wider than a line has lines of its own. */
function filled(parts: readonly string[]): readonly string[] {
  const rows: string[][] = [];
  for (const part of parts) {
    const [last, ...more] = rows.at(-1) ?? [];
    const joined = `${last}; ${part}`;
    if (last !== undefined && more.length === 0 && columnsOf(joined) <= columnsMax) {
      rows[rows.length - 1] = [joined];
    } else rows.push(wrapped(part));
  }
  return rows.flat();
}

/** The words of a part, indented, more so from its second line on. */
function wrapped(part: string): string[] {
  const lines: string[] = [];
  for (const word of part.split(" ")) {
    const joined = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && columnsOf(joined) <= columnsMax) lines[lines.length - 1] = joined;
    else lines.push(`${indent}${lines.length === 0 ? "" : "  "}${word}`);
  }
  return lines;
}
