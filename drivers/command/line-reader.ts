/**
 * Lines out of a program's output as it comes. A carriage return ends a line as a newline does:
 * that is how programs draw progress. Of a longer line only the beginning is kept.
 */
import { StringDecoder } from "node:string_decoder";

const lineCharsMax = 4_096;

export class LineReader {
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";

  /** The lines that end in this chunk, none of them empty; what begins in it is kept. */
  read(chunk: Buffer): readonly string[] {
    const parts = (this.#rest + this.#decoder.write(chunk)).split(/[\r\n]+/);
    this.#rest = (parts.pop() ?? "").slice(0, lineCharsMax);
    return parts.filter((line) => line !== "").map((line) => line.slice(0, lineCharsMax));
  }

  /** The line that no newline has ended yet. */
  get unfinished(): string {
    return this.#rest;
  }
}
