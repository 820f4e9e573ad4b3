/**
 * A fact in words, for people who read a trace or a verdict: whose it is, how its status moved or
 * what else it says, and what it set (setting-text.ts).
 */
import type { Fact, Kind } from "../../machines/fact.ts";
import { settingTexts } from "./setting-text.ts";

/** Kinds that say something of their own; of others what was set says all. */
const kindTexts: Partial<Record<Kind, string>> = {
  claimed: "claimed",
  lost: "worker lost",
  released: "given back",
  void: "given up before it began",
  pruned: "pruned",
};

const nothing: ReadonlySet<string> = new Set();

/** `a: running → paused`, `all: decided: commit`, `b: speed 100`. */
export function factText(fact: Fact): string {
  return `${fact.job ?? "all"}: ${changeText(fact, nothing)}`;
}

/** Facts that say the same of one member after the other. */
export interface Alike {
  /** The members' ids; none when it is true of every member. */
  readonly jobs: readonly string[];
  /** As factText, without whose it is. */
  readonly text: string;
}

/** The facts in their order, runs of equal ones in one; of what they set, the fields `without` not. */
export function alike(facts: readonly Fact[], without = nothing): readonly Alike[] {
  const runs: { jobs: string[]; text: string }[] = [];
  for (const fact of facts) {
    const text = changeText(fact, without);
    const last = runs.at(-1);
    if (fact.job === undefined) runs.push({ jobs: [], text });
    else if (last?.text === text && last.jobs.length > 0) last.jobs.push(fact.job);
    else runs.push({ jobs: [fact.job], text });
  }
  return runs;
}

function changeText({ kind, from, to, set = {} }: Fact, without: ReadonlySet<string>): string {
  const details = settingTexts(set, without)
    .filter((text) => !isSaidBy(kind, text))
    .join(", ");
  const what = from === undefined || to === undefined ? kindTexts[kind] : moveText(from, to);
  if (what === undefined) return details === "" ? kind : details;
  return details === "" ? what : `${what} (${details})`;
}

/** `created` for what was not there before. */
function moveText(from: string, to: string): string {
  return from === "undefined" ? to : `${from} → ${to}`;
}

/** Whose worker is gone is nobody's. */
function isSaidBy(kind: Kind, text: string): boolean {
  return text === "unclaimed" && (kind === "lost" || kind === "released");
}
