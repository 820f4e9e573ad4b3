/**
 * JSON as people write it: what is wrong with it is said with its place. The engine's own messages
 * do not always name one, so the place is found by reading along.
 */
import type { Json } from "../machines/json.ts";
import { UsageError } from "./usage-error.ts";

const blank = /[ \t\n\r]*/y;
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;
const string = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;

/** Fails with UsageError `unreadable`: `jobs.json:3:14: not JSON: …`. */
export function parseJson(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    const offset = new Scanner(text).firstError();
    const before = text.slice(0, offset).split("\n");
    const place = `${before.length}:${(before.at(-1) ?? "").length + 1}`;
    const what = offset >= text.length ? "it ends too early" : `found ${quote(text, offset)}`;
    const message = `${name}:${place}: is not JSON: ${what}`;
    throw new UsageError(message, { code: "unreadable", cause });
  }
}

function quote(text: string, offset: number): string {
  return JSON.stringify(text.slice(offset, offset + 12).split("\n")[0] || "a line's end");
}

/** Reads along until something is not as it should be. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The offset of the first thing that is no JSON. */
  firstError(): number {
    this.#skip(blank);
    if (this.#value()) this.#skip(blank);
    return this.#at;
  }

  #value(): boolean {
    if (this.#has("{")) return this.#list("}", () => this.#member());
    if (this.#has("[")) return this.#list("]", () => this.#value());
    return this.#skip(string) || this.#skip(scalar);
  }

  #member(): boolean {
    if (!this.#skip(string)) return false;
    this.#skip(blank);
    if (!this.#has(":")) return false;
    this.#skip(blank);
    return this.#value();
  }

  #list(end: string, item: () => boolean): boolean {
    this.#skip(blank);
    if (this.#has(end)) return true;
    for (;;) {
      this.#skip(blank);
      if (!item()) return false;
      this.#skip(blank);
      if (this.#has(end)) return true;
      if (!this.#has(",")) return false;
    }
  }

  #has(sign: string): boolean {
    const found = this.#text.startsWith(sign, this.#at);
    if (found) this.#at += sign.length;
    return found;
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    this.#at += found?.length ?? 0;
    return found !== undefined;
  }
}
