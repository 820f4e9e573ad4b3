/**
 * Where a program's output goes: to the job, to the log on disk, and through the patterns. It is
 * read no faster than the disk takes it, so that a flood holds up the program and nobody else.
 */
import type { Readable } from "node:stream";
import { realWorld } from "../../bus/world.ts";
import type { Readers } from "./command-args.ts";
import type { JobLog } from "./job-log.ts";
import { LineReader } from "./line-reader.ts";
import { lastMatch, TooSlow } from "./pattern.ts";

/** The last words are looked for in so much. */
const tailBytesMax = 4_096;
const lastWordsCharsMax = 300;
/** After the program has gone, whoever else holds its output is not waited for. */
const drainMsMax = 1_000;

export interface SinkParts {
  readonly say: (chunk: Uint8Array | string) => void;
  readonly log: JobLog;
  readonly readers: Readers;
}

export class OutputSink {
  readonly #say: SinkParts["say"];
  readonly #log: JobLog;
  readonly #lines = new LineReader();
  #progress: Readers["progress"];
  #ready: Readers["ready"];
  #tail = Buffer.alloc(0);
  readonly #output: Readable;
  readonly #flow: Promise<void>;
  /** The ready pattern has matched. */
  isReady = false;
  /** Hears of lines that may tell progress. */
  onProgress: (() => void) | undefined;

  constructor(output: Readable, { say, log, readers }: SinkParts) {
    this.#output = output;
    this.#say = say;
    this.#log = log;
    this.#progress = readers.progress;
    this.#ready = readers.ready;
    this.#flow = this.#pour().catch(() => {});
  }

  /**
   * Resolves when all of the output has been taken. What a process that has left the group says
   * later is not waited for.
   */
  async drained(): Promise<void> {
    const over = new AbortController();
    await Promise.race([this.#flow, realWorld.sleep(drainMsMax, over.signal)]);
    over.abort();
    this.#output.destroy();
  }

  get progress(): Readers["progress"] {
    return this.#progress;
  }

  /** The last line that says anything, shortened; empty when there is none. */
  get lastWords(): string {
    const lines = this.#tail.toString("utf8").split(/[\r\n]+/);
    const last = lines.findLast((line) => line.trim() !== "")?.trim() ?? "";
    return last.length > lastWordsCharsMax ? `${last.slice(0, lastWordsCharsMax)}…` : last;
  }

  /** What we have to say ourselves, among the program's output. */
  note(text: string): void {
    const line = `jobchart: ${text}\n`;
    this.#say(line);
    void this.#log.write(Buffer.from(line));
  }

  async #pour(): Promise<void> {
    for await (const piece of this.#output) {
      const chunk = piece as Buffer;
      this.#say(chunk);
      this.#remember(chunk);
      if (this.#progress !== undefined || this.#ready !== undefined) this.#search(chunk);
      await this.#log.write(chunk);
    }
  }

  #remember(chunk: Buffer): void {
    const tail = chunk.length < tailBytesMax ? Buffer.concat([this.#tail, chunk]) : chunk;
    this.#tail = Buffer.from(tail.subarray(-tailBytesMax));
  }

  #search(chunk: Buffer): void {
    const ended = this.#lines.read(chunk);
    // A program that asks, or that draws its progress before the carriage return, ends no line.
    const lines = this.#lines.unfinished === "" ? ended : [...ended, this.#lines.unfinished];
    const ready = this.#ready;
    if (ready !== undefined) {
      this.#bounded("ready", () => {
        this.isReady ||= lastMatch(ready, lines) !== undefined;
      });
      if (this.isReady) this.#ready = undefined;
    }
    this.#bounded("progress", () => this.#progress?.read(ended));
    if (this.#progress !== undefined && ended.length > 0) this.onProgress?.();
  }

  #bounded(what: "ready" | "progress", search: () => void): void {
    try {
      search();
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error;
      if (what === "ready") this.#ready = undefined;
      else this.#progress = undefined;
      this.note(`the pattern of '${what}' takes for ever on a line of this; it is left alone now`);
    }
  }
}
