/**
 * Verdicts as people read them: one line each, and below it what was seen and what could have been;
 * of several the sum.
 */
import type { Judgement, Verdict } from "../properties/conform/verdict.ts";
import { paint, tame } from "./output.ts";
import { counted, grouped } from "./units.ts";

const marks: Readonly<
  Record<Judgement, readonly [colour: "green" | "red" | "yellow", sign: string]>
> = {
  conforms: ["green", "✓"],
  diverges: ["red", "✗"],
  inconclusive: ["yellow", "?"],
  unreadable: ["red", "!"],
};

/** Legal continuations that are shown; the likeliest come first. */
const shownMax = 4;
const widthMax = 400;

export function verdictLines(name: string, verdict: Verdict): readonly string[] {
  const { verdict: judgement, line, observed, expected = [], explanation } = verdict;
  const [colour, sign] = marks[judgement];
  const place = line === undefined ? tame(name) : `${tame(name)}:${line}`;
  const counts = [counted(verdict.jobs, "job"), counted(verdict.events, "event")];
  if (verdict.skipped > 0) counts.push(`${counted(verdict.skipped, "line")} skipped`);
  const head = `${paint(colour, sign)} ${place}: ${judgement} (${counts.join(", ")})`;
  const more = expected.length > shownMax ? [`${expected.length - shownMax} more`] : [];
  const legal = [...expected.slice(0, shownMax), ...more].join(", or ");
  return [
    head,
    ...detail("seen", observed),
    ...detail("legal", legal === "" ? undefined : legal),
    ...detail("→", explanation),
  ];
}

const verbs: Readonly<Record<Judgement, readonly [one: string, more: string]>> = {
  conforms: ["conforms", "conform"],
  diverges: ["diverges", "diverge"],
  inconclusive: ["is inconclusive", "are inconclusive"],
  unreadable: ["is unreadable", "are unreadable"],
};

/** Files of one verdict that are named in the sum. */
const namedMax = 5;

/** `50 files: 49 conform, 1 diverges (f37)`. */
export function sumLine(
  files: readonly { readonly name: string; readonly verdict: Judgement }[],
): string {
  const parts = Object.entries(verbs).flatMap(([judgement, [one, more]]) => {
    const names = files.filter(({ verdict }) => verdict === judgement).map(({ name }) => name);
    if (names.length === 0) return [];
    const part = `${grouped(names.length)} ${names.length === 1 ? one : more}`;
    return [judgement === "conforms" ? part : `${part} (${namesText(names)})`];
  });
  return `${counted(files.length, "file")}: ${parts.join(", ")}`;
}

function namesText(names: readonly string[]): string {
  const others = names.length - namedMax;
  const named = names.slice(0, namedMax).map(tame).join(", ");
  return others > 0 ? `${named} and ${grouped(others)} more` : named;
}

function detail(what: string, text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const short = text.length > widthMax ? `${text.slice(0, widthMax)}…` : text;
  return [`  ${what.padEnd(5)} ${tame(short)}`];
}
