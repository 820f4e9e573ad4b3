/**
 * The pipe that a program writes its output to. Node's own "pipe" is a socket, which a program
 * cannot open again: `echo … > /dev/stderr` fails there. So this is a fifo, whose name is removed
 * as soon as both ends are open; where none can be made, Node's.
 */
import { execFile } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";

/** The file descriptor that the program is to write to, to be closed once it has it. */
export interface OutputPipe extends Disposable {
  readonly writeEnd: number | "pipe";
  /** What is read; undefined: Node's pipe is, and the child process has it. */
  readonly readable: Readable | undefined;
}

export async function openOutputPipe(): Promise<OutputPipe> {
  let folder: string | undefined;
  let readEnd: number | undefined;
  try {
    folder = await mkdtemp(join(tmpdir(), "jobchart-"));
    const path = join(folder, "output");
    await promisify(execFile)("mkfifo", ["-m", "600", path]);
    readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writeEnd = openSync(path, "w");
    const readable = new Socket({ fd: readEnd, readable: true, writable: false });
    return { writeEnd, readable, [Symbol.dispose]: () => closeSync(writeEnd) };
  } catch {
    if (readEnd !== undefined) closeSync(readEnd);
    return { writeEnd: "pipe", readable: undefined, [Symbol.dispose]: () => {} };
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}
