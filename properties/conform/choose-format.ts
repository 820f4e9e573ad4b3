/** The format of a file, from its first lines: what a person would see by looking at it. */
import type { Line } from "./verdict.ts";

export const formats = ["jobchart", "qmp", "cloudevents"] as const;
export type Format = (typeof formats)[number];

/** Lines that are looked at; a log may open with a prompt or a banner. */
const looksMax = 1_000;
/** Characters that are held while looking. */
const heldMax = 32 * 1024 ** 2;

/** Fields of an object by which a format is known. */
const signs: readonly (readonly [field: string, format: Format])[] = [
  ["specversion", "cloudevents"],
  ["QMP", "qmp"],
  ["dir", "qmp"],
  ["execute", "qmp"],
  ["exec-oob", "qmp"],
  ["return", "qmp"],
  ["error", "qmp"],
  ["format", "jobchart"],
  ["gid", "jobchart"],
  ["event", "qmp"],
];

export interface Chosen {
  /** Undefined when none of the first lines says it. */
  readonly format: Format | undefined;
  /** All the lines, those that were looked at too. */
  readonly lines: AsyncIterable<Line>;
}

export async function chooseFormat(lines: AsyncIterable<Line>): Promise<Chosen> {
  const rest = lines[Symbol.asyncIterator]();
  const held: Line[] = [];
  let format: Format | undefined;
  for (let size = 0; format === undefined && held.length < looksMax && size < heldMax;) {
    const { value, done } = await rest.next();
    if (done === true) break;
    held.push(value);
    size += value.text.length;
    format = formatOf(value.text);
  }
  return { format, lines: again(held, rest) };
}

function formatOf(text: string): Format | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  return signs.find(([field]) => Object.hasOwn(value, field))?.[1];
}

async function* again(held: readonly Line[], rest: AsyncIterator<Line>): AsyncGenerator<Line> {
  yield* held;
  try {
    for (let next; (next = await rest.next()).done !== true;) yield next.value;
  } finally {
    await rest.return?.();
  }
}
