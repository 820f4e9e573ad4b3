/**
 * Every condition of a source text, forced both ways: what `if`, `while` and `?:` ask, what a
 * predicate returns, and whatever else compares. Of `a && b` each operand is also left out, of
 * `a || b` likewise, however deep; and each bound of a comparison is moved by one. Only that a
 * loop goes on for ever is no site: it would be dead whatever is asked of it.
 */
import type { Site } from "./site.ts";
import { at, partsOf, rangeOf, tokensOf, topLevel, type Span, type Token } from "./tokens.ts";

const comparing = new Set(["&&", "||", "===", "!==", "<", "<=", ">", ">=", "!", "in"]);
const joining = new Set(["&&", "||", "!"]);
const before = new Set(["(", "[", "{", ",", ";", "=>", "=", "?", ":", "??", "...", "return"]);
const after = new Set([")", "]", "}", ",", ";", "=>", "?", ":", "??"]);
const moved: Readonly<Record<string, string>> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };
const asking = new Set(["every", "some", "filter", "find", "findIndex"]);

export function conditionSites(file: string, source: string): readonly Site[] {
  const tokens = tokensOf(source);
  const sites = new Map<string, Site>();
  const add = (span: Span, text: string): void => {
    const { start, end } = rangeOf(tokens, span);
    const said = source.slice(start, end).replaceAll(/\s+/g, " ");
    if (said === text || isCheck(tokens, span)) return;
    const id = `${file}:${nameAt(source, start)}: ${said} → ${text}`;
    sites.set(`${start} ${end} ${text}`, { id, file, edit: { start, end, text } });
  };
  for (const root of rootsOf(source, tokens)) {
    const isLoop = at(tokens, root.first - 2).text === "while";
    if (!isLoop) add(root, "true");
    add(root, "false");
    split(tokens, root, add);
  }
  for (const { first, last } of namedPredicates(tokens)) {
    add({ first, last }, "() => true");
    add({ first, last }, "() => false");
  }
  return [...sites.values()];
}

/** The declaration, method or row of a list that the offset lies in. */
function nameAt(source: string, offset: number): string {
  const heads =
    /^(?:export )?(?:function|const|class) (\w+)|^ {2}(?:get )?(#?\w+)\(.*\{$|^ {2}"?([\w.-]+)"?: \[/gm;
  const names = [...source.slice(0, offset).matchAll(heads)];
  const [, declared, method, row] = names.at(-1) ?? [];
  return declared ?? method ?? row ?? "";
}

/** The whole of a check's `holds` or `early`: it is forced in every list that it stands in. */
function isCheck(tokens: readonly Token[], { first }: Span): boolean {
  const { mate: open = 0 } = at(tokens, first - 2);
  const words = `${at(tokens, open - 2).text}${at(tokens, open - 1).text}`;
  return at(tokens, first - 1).text === "=>" && (words === "holds:" || words === "early(");
}

function rootsOf(source: string, tokens: readonly Token[]): readonly Span[] {
  const roots: Span[] = [];
  for (const [index, { text, mate }] of tokens.entries()) {
    if (comparing.has(text)) roots.push(around(tokens, index));
    if (text === "?") roots.push({ first: leftOf(tokens, index - 1), last: index - 1 });
    const bracket = at(tokens, index + 1);
    if ((text === "if" || text === "while") && bracket.mate !== undefined) {
      roots.push({ first: index + 2, last: bracket.mate - 1 });
    }
    if (text === "(" && mate !== undefined && asking.has(at(tokens, index - 1).text)) {
      const arrow = topLevel(tokens, { first: index + 1, last: mate - 1 }).find(
        (each) => at(tokens, each).text === "=>",
      );
      if (arrow !== undefined) roots.push(around(tokens, arrow + 1));
    }
  }
  return [...roots, ...answersOf(source, tokens)];
}

/** What is returned by functions that are declared to answer yes or no. */
function answersOf(source: string, tokens: readonly Token[]): readonly Span[] {
  const bodies = [...source.matchAll(/\): (?:boolean|\w+ is \w+) \{$/gm)].map(
    ({ 0: text, index }) => index + text.length - 1,
  );
  return bodies.flatMap((start) => {
    const open = tokens.findIndex((token) => token.start === start);
    const { mate = open } = at(tokens, open);
    const returns = tokens.flatMap(({ text }, index) =>
      text === "return" && index > open && index < mate ? [index + 1] : [],
    );
    return returns.map((first) => around(tokens, first));
  });
}

/** Predicates that are passed on by name: `every(hasVoted)`. */
function namedPredicates(tokens: readonly Token[]): readonly Span[] {
  return tokens.flatMap(({ text }, index) =>
    asking.has(text) && at(tokens, index + 1).mate === index + 3
      ? [{ first: index + 2, last: index + 2 }]
      : [],
  );
}

/** The whole condition that the token at the index is part of, brackets that only group included. */
function around(tokens: readonly Token[], index: number): Span {
  const { mate = index } = at(tokens, index);
  let last = Math.max(index, mate);
  while (last + 1 < tokens.length && !after.has(at(tokens, last + 1).text)) {
    const { mate } = at(tokens, last + 1);
    last = mate === undefined ? last + 1 : mate;
  }
  const first = leftOf(tokens, index);
  const open = first - 1;
  const isGroup = at(tokens, open).text === "(" && at(tokens, open).mate === last + 1;
  const beside = [at(tokens, open - 1).text, at(tokens, last + 2).text];
  return isGroup && beside.some((text) => joining.has(text))
    ? around(tokens, open)
    : { first, last };
}

function leftOf(tokens: readonly Token[], index: number): number {
  let first = at(tokens, index).mate ?? index;
  if (first > index) first = index;
  while (first > 0 && !before.has(at(tokens, first - 1).text)) {
    const { mate } = at(tokens, first - 1);
    first = mate ?? first - 1;
  }
  return first;
}

function split(
  tokens: readonly Token[],
  span: Span,
  add: (span: Span, text: string) => void,
): void {
  const { first, last } = span;
  const open = at(tokens, first).text === "!" ? first + 1 : first;
  if (at(tokens, open).text === "(" && at(tokens, open).mate === last) {
    split(tokens, { first: open + 1, last: last - 1 }, add);
    return;
  }
  for (const [operator, neutral] of [
    ["||", "false"],
    ["&&", "true"],
  ] as const) {
    const operands = partsOf(tokens, span, operator);
    if (operands.length < 2) continue;
    for (const operand of operands) {
      add(operand, neutral);
      split(tokens, operand, add);
    }
    return;
  }
  for (const index of topLevel(tokens, span)) {
    const text = moved[at(tokens, index).text];
    if (text !== undefined) add({ first: index, last: index }, text);
  }
}
