/**
 * The printer of a job's output: as it is into a pipe, tamed on a terminal, as JSON lines where
 * they are asked for. Where text is wanted, a character or colour that is cut in two waits for its
 * other half. What is not output (a gap, another attempt) goes to standard error.
 */
import type { Call } from "./call.ts";
import { halfAtEnd } from "./half-at-end.ts";
import { complain, isTerminal, tameLines, write } from "./output.ts";
import { sizeText } from "./units.ts";
import type { Passage } from "./unread-output.ts";

const colourEnd = "\x1b[0m";

export class OutputPrinter {
  readonly #call: Call;
  readonly #job: { readonly id: string; readonly uid: string };
  #held = Buffer.alloc(0);
  #last: Passage | undefined;
  #isInLine = false;
  #isColoured = false;

  constructor(call: Call, job: { readonly id: string; readonly uid: string }) {
    this.#call = call;
    this.#job = job;
  }

  /** Whether anything was printed. */
  get isUsed(): boolean {
    return this.#last !== undefined;
  }

  async print(passage: Passage): Promise<void> {
    const { bytes, missedBytes, isFirst, attempt, epoch } = passage;
    if (missedBytes > 0 || isFirst) await this.#flush();
    if (isFirst && this.isUsed) await this.say(`attempt ${attempt}, epoch ${epoch}, says:`);
    if (missedBytes > 0) await this.say(missed(missedBytes, isFirst));
    this.#last = passage;
    const isRaw = !this.#call.isJson && !isTerminal();
    await (isRaw ? write(bytes) : this.#printWhole(passage));
  }

  /** Says something that is not output, on a line of its own. */
  async say(text: string): Promise<void> {
    if (this.#isInLine) await write("\n");
    this.#isInLine = false;
    const note = `${this.#job.id}: ${text}`;
    complain(this.#call.isJson ? JSON.stringify({ note }) : `jobchart: ${note}`);
  }

  /** Nothing more comes. */
  async end(): Promise<void> {
    await this.#flush();
    if (this.#isColoured) await write(colourEnd);
    if (this.#isInLine) await write("\n");
  }

  async #printWhole({ bytes, offset }: Passage): Promise<void> {
    const all = Buffer.concat([this.#held, bytes]);
    const wholeBytes = all.length - halfAtEnd(all);
    const start = offset - this.#held.length;
    this.#held = all.subarray(wholeBytes);
    await this.#printText(all.subarray(0, wholeBytes), start);
  }

  async #flush(): Promise<void> {
    if (this.#last === undefined) return;
    const { offset, bytes } = this.#last;
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    await this.#printText(held, offset + bytes.length - held.length);
  }

  async #printText(bytes: Buffer, offset: number): Promise<void> {
    if (bytes.length === 0) return;
    const text = bytes.toString();
    if (this.#call.isJson) {
      const { id, uid } = this.#job;
      const line = { job: id, uid, epoch: this.#last?.epoch, offset, text };
      await write(`${JSON.stringify(line)}\n`);
      return;
    }
    const shown = tameLines(text);
    this.#isColoured ||= shown.includes("\x1b");
    this.#isInLine = !shown.endsWith("\n");
    await write(shown);
  }
}

function missed(bytes: number, isFirst: boolean): string {
  return isFirst
    ? `the first ${sizeText(bytes)} of its output are not kept`
    : `${sizeText(bytes)} of its output came faster than they could be read`;
}
