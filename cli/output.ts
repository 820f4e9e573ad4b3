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
let drained: Promise<void> | undefined;

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    isDeaf = true;
    if (!endsWithReader || stream !== process.stdout) return;
    if (code === "EPIPE") process.exit(exit.ok);
    complain(`jobchart: standard output: ${message}`);
    process.exit(exit.failed);
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

/** Whether a mebibyte of what was written has not been taken yet. */
export function isBehind(): boolean {
  return process.stdout.writableLength > 1024 * 1024;
}

/** Writes a line to standard output; resolves when more may be written. */
export async function print(line: string): Promise<void> {
  await write(`${line}\n`);
}

/** As print, without the end of the line; bytes as they are. */
export async function write(text: string | Uint8Array): Promise<void> {
  if (isDeaf || process.stdout.write(text)) return;
  drained ??= drain();
  await drained;
}

/** Resolves when all that was written has left the program, or nobody reads it any more. */
export async function flush(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map(flushed));
}

async function drain(): Promise<void> {
  try {
    await once(process.stdout, "drain");
  } catch {
    isDeaf = true;
  }
  drained = undefined;
}

/** What is written last is called back last. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.write("", () => resolve());
  return promise;
}

/** Writes a line to standard error. */
export function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A line for who waits at a terminal: the next one takes its place, and an empty one removes it. */
export function mentionInPassing(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${line}\x1b[K`);
}

/** Colours for a terminal; nothing changes in a pipe, or where NO_COLOR is set. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Text of others, safe to show: it cannot steer the terminal or break a line. */
export function tame(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ");
}

/** Lines of others, safe to show: they end, and may be coloured, and do nothing else. */
export function tameLines(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\r\t](\[[\d;]*m)?/gu, (found, code = "") =>
    found.startsWith("\x1b[") ? found : ` ${String(code)}`,
  );
}
