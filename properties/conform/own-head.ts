/** The head line of an exported log: what it must say, and what is wrong when it does not. */
import type { Line, Verdict } from "./verdict.ts";

export const logFormat = "jobchart-log";
export const logVersion = 1;

/** Of a line that cannot be read, what is shown. */
const shownColumns = 60;

/** A verdict without its counts. */
export type Finding = Omit<Verdict, "jobs" | "events" | "skipped">;

export interface Head {
  /** How many commits follow, by which a file that was cut is known. */
  readonly commits: number | undefined;
}

export function headOf(line: Line): Head | Finding {
  const said = (parsed(line.text) ?? {}) as Partial<
    Record<"format" | "version" | "commits", unknown>
  >;
  if (said.format !== logFormat) {
    return unreadable(line, "is no head line", [`{"format":"${logFormat}",…}`]);
  }
  if (said.version !== logVersion) {
    const isNewer = typeof said.version === "number" && said.version > logVersion;
    const what = isNewer ? "was written by a newer release: use that one" : "is of no version";
    return unreadable(line, what, [`"version":${logVersion}`]);
  }
  return { commits: typeof said.commits === "number" ? said.commits : undefined };
}

/** Undefined when the text is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function unreadable(
  { number: line, text }: Line,
  what: string,
  expected: readonly string[] = [],
): Finding {
  const start = text.slice(0, shownColumns).replaceAll(/\p{Cc}+/gu, " ");
  return {
    verdict: "unreadable",
    line,
    observed: start.length < text.length ? `${start}…` : start,
    expected,
    explanation: `the line ${what}`,
  };
}
