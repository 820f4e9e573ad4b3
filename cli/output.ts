/**
 * Output: lines to people and pipes. A reader that goes away (`| head`) ends the program quietly,
 * unless the program has something better to do than to write.
 */
import { once } from "node:events";
import { styleText } from "node:util";
import { exit } from "./exit-code.ts";

type Style = Parameters<typeof styleText>[0];

let isDeaf = false;
let endsWithReader = true;

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", () => {
    isDeaf = true;
    if (endsWithReader && stream === process.stdout) process.exit(exit.ok);
  });
}

/** From here on the program lives on, silently, when nobody reads what it writes. */
export function outliveReader(): void {
  endsWithReader = false;
}

export function isTerminal(): boolean {
  return process.stdout.isTTY;
}

/** The terminal's size; that of an old one where it does not say. */
export function terminalSize(): { readonly columns: number; readonly rows: number } {
  return { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
}

/** Writes a line to standard output; resolves when more may be written. */
export async function print(line: string): Promise<void> {
  await write(`${line}\n`);
}

/** As print, without the end of the line. */
export async function write(text: string): Promise<void> {
  if (isDeaf || process.stdout.write(text)) return;
  try {
    await once(process.stdout, "drain");
  } catch {
    isDeaf = true;
  }
}

/** Writes a line to standard error. */
export function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Colours for a terminal; nothing changes in a pipe, or where NO_COLOR is set. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Text of others, safe to show: it cannot steer the terminal or break a line. */
export function tame(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ");
}
