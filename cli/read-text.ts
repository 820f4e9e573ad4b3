/** Reads a file, or standard input for `-`, as text of a bounded size. */
import { open } from "node:fs/promises";
import { getSystemErrorMessage } from "node:util";
import { sizeText } from "./units.ts";
import { messageOf, UsageError } from "./usage-error.ts";

const standardInput = "-";

/** Fails with UsageError `unreadable` when it cannot be read or has more than `bytesMax`. */
export async function readText(path: string, bytesMax: number): Promise<string> {
  const name = nameOf(path);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of await bytesOf(path)) {
      chunks.push(chunk as Buffer);
      sizeBytes += (chunk as Buffer).length;
      if (sizeBytes > bytesMax) break;
    }
  } catch (cause) {
    throw unreadable(`${name}: cannot be read: ${whyUnread(cause)}`, cause);
  }
  if (sizeBytes > bytesMax) throw unreadable(`${name}: is larger than ${sizeText(bytesMax)}`);
  return Buffer.concat(chunks).toString("utf8");
}

/** The lines of a file, or of standard input; fails as readText. */
export async function* readLines(path: string): AsyncGenerator<string> {
  try {
    const file = path === standardInput ? undefined : await open(path);
    if (file !== undefined) {
      yield* file.readLines();
      return;
    }
    const { createInterface } = await import("node:readline");
    yield* createInterface({ input: process.stdin, crlfDelay: Infinity });
  } catch (cause) {
    throw unreadable(`${nameOf(path)}: cannot be read: ${whyUnread(cause)}`, cause);
  }
}

export function nameOf(path: string): string {
  return path === standardInput ? "standard input" : path;
}

/** Without the path, which whoever tells it has named: `no such file or directory`. */
export function whyUnread(error: unknown): string {
  const isOfSystem = error instanceof Error && "errno" in error && typeof error.errno === "number";
  return isOfSystem ? getSystemErrorMessage(error.errno as number) : messageOf(error);
}

async function bytesOf(path: string): Promise<AsyncIterable<unknown>> {
  if (path === standardInput) return process.stdin;
  const file = await open(path);
  return file.createReadStream();
}

function unreadable(message: string, cause?: unknown): UsageError {
  return new UsageError(message, { code: "unreadable", cause });
}
