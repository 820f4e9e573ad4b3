/**
 * JSON as people write it: what is wrong with it is said with its place. The engine's own messages
 * do not always name one, so the place is found by reading along.
 */
import type { Json } from "../machines/json.ts";
import { UsageError } from "./usage-error.ts";

const blank = /[ \t\n\r]*/y;
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;
const string = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;

/** Lists and objects inside one another; nothing that people write comes near it. */
const depthMax = 100;

/** Fails with UsageError `unreadable`: `jobs.json:3:14: not JSON: …`. */
export function parseJson(text: string, name: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    throw misread(text, name, cause);
  }
  if (isDeeper(value, depthMax)) throw misread(text, name);
  return value;
}

function isDeeper(value: Json, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((each) => isDeeper(each, depth - 1));
}

function misread(text: string, name: string, cause?: unknown): UsageError {
  const { offset, isTooDeep } = new Scanner(text).firstError();
  const before = text.slice(0, offset).split("\n");
  const place = `${before.length}:${(before.at(-1) ?? "").length + 1}`;
  const found = offset >= text.length ? "it ends too early" : `found ${quote(text, offset)}`;
  const what = isTooDeep ? `is nested more than ${depthMax} deep` : `is not JSON: ${found}`;
  return new UsageError(`${name}:${place}: ${what}`, { code: "unreadable", cause });
}

function quote(text: string, offset: number): string {
  return JSON.stringify(text.slice(offset, offset + 12).split("\n")[0] || "a line's end");
}

/** Reads along until something is not as it should be. */
class Scanner {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The offset of the first thing that is no JSON, or that is nested too deep. */
  firstError(): { readonly offset: number; readonly isTooDeep: boolean } {
    this.#skip(blank);
    if (this.#value()) this.#skip(blank);
    return { offset: this.#at, isTooDeep: this.#depth > depthMax };
  }

  #value(): boolean {
    if (this.#opens("{")) return this.#list("}", () => this.#member());
    if (this.#opens("[")) return this.#list("]", () => this.#value());
    if (this.#depth > depthMax) return false;
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
    if (this.#closes(end)) return true;
    for (;;) {
      this.#skip(blank);
      if (!item()) return false;
      this.#skip(blank);
      if (this.#closes(end)) return true;
      if (!this.#has(",")) return false;
    }
  }

  /** Stays in front of a sign that would go too deep. */
  #opens(sign: string): boolean {
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#depth += 1;
    return this.#depth <= depthMax && this.#has(sign);
  }

  #closes(sign: string): boolean {
    const isClosed = this.#has(sign);
    if (isClosed) this.#depth -= 1;
    return isClosed;
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
