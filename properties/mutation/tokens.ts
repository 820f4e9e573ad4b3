/**
 * A tokenizer for our own source once its types are stripped: enough to find where an expression
 * begins and ends. Stripping leaves blanks, so that every offset is one of the original as well.
 */
import { stripTypeScriptTypes } from "node:module";

export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The index of the bracket that belongs to this one; absent when this is none. */
  readonly mate?: number;
}

const pattern =
  /\/\*[^]*?\*\/|\/\/[^\n]*|\s+|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|(?<=[=(,:] *)\/(?:\[(?:[^\]\\\n]|\\.)*\]|[^/\\\n[]|\\.)+\/[a-z]*|[\w$#]+|=>|\.\.\.|[=!]==|\?\?|\?\.|&&|\|\||[<>]=|[^]/g;

/** The tokens of a TypeScript text, blanks, comments and types left out. */
export function tokensOf(source: string): readonly Token[] {
  const code = stripTypeScriptTypes(source);
  const words = [...code.matchAll(pattern)].filter(([text]) => !/^(?:\s|\/[/*])/.test(text));
  const mates = matesOf(words.map(([text]) => text));
  return words.map(({ 0: text, index: start }, at): Token => {
    const end = start + text.length;
    const mate = mates.get(at);
    return mate === undefined ? { text, start, end } : { text, start, end, mate };
  });
}

function matesOf(words: readonly string[]): ReadonlyMap<number, number> {
  const mates = new Map<number, number>();
  const open: number[] = [];
  for (const [index, word] of words.entries()) {
    if (/^[([{]$/.test(word)) open.push(index);
    if (!/^[)\]}]$/.test(word)) continue;
    const mate = open.pop();
    if (mate === undefined) throw new Error(`'${word}' closes nothing`);
    mates.set(mate, index).set(index, mate);
  }
  if (open.length > 0) throw new Error("a bracket is never closed");
  return mates;
}

/** A run of tokens, both ends included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** The token at an index; an empty one beyond either end. */
export function at(tokens: readonly Token[], index: number): Token {
  return tokens[index] ?? { text: "", start: 0, end: 0 };
}

/** The indices in a span that lie in none of its brackets; of a bracket, both ends. */
export function topLevel(tokens: readonly Token[], { first, last }: Span): readonly number[] {
  const indices: number[] = [];
  for (let index = first; index <= last; index += 1) {
    indices.push(index);
    const { mate } = at(tokens, index);
    if (mate === undefined || mate < index || mate > last) continue;
    indices.push(mate);
    index = mate;
  }
  return indices;
}

/** The parts of a span between separators that lie in none of its brackets. */
export function partsOf(tokens: readonly Token[], span: Span, separator: string): readonly Span[] {
  const cuts = topLevel(tokens, span).filter((index) => at(tokens, index).text === separator);
  const starts = [span.first, ...cuts.map((cut) => cut + 1)];
  const ends = [...cuts.map((cut) => cut - 1), span.last];
  return starts
    .map((first, index) => ({ first, last: ends[index] ?? first }))
    .filter(({ first, last }) => first <= last);
}

/** Where the span's text begins and ends in the source. */
export function rangeOf(
  tokens: readonly Token[],
  { first, last }: Span,
): { readonly start: number; readonly end: number } {
  return { start: at(tokens, first).start, end: at(tokens, last).end };
}
