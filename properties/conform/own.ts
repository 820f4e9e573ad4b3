/**
 * Judges our own histories: the lines of `export log`. The head line says how many commits follow;
 * each is judged with its group (own-group.ts), and the views with them (own-views.ts).
 *
 * What a newer release wrote cannot be judged here, and is no divergence: a file with a newer head
 * line is unreadable; a newer commit leaves its group judged up to there, and the file
 * inconclusive. So is a file that is empty, or was cut where all that is left of it conforms.
 */
import {
  CommitError,
  commitBytesMax,
  decode,
  modelVersion,
  type Commit,
} from "../../machines/commit.ts";
import { decide } from "../../machines/lifecycle.ts";
import type { Group } from "../../machines/record.ts";
import type { Decide } from "../../machines/story.ts";
import { Ahead } from "./ahead.ts";
import { Divergence } from "./divergence.ts";
import { expectSummaryOf, type OwnEnding } from "./own-ending.ts";
import { OwnGroup, type Unreplayed } from "./own-group.ts";
import { headOf, logFormat, parsed, unreadable, type Finding } from "./own-head.ts";
import { OwnViews } from "./own-views.ts";
import type { Judge, Line, Verdict } from "./verdict.ts";

/** The judge of `export log`. */
export const judgeOwn: Judge = judgeOwnBy(decide);

/** As judgeOwn, with another lifecycle as what is right. */
export function judgeOwnBy(how: Decide): Judge {
  return async (lines) => {
    const reading = new Reading(how);
    for await (const line of lines) {
      reading.take(line);
      if (reading.isDone) break;
    }
    return reading.verdict();
  };
}

class Reading {
  readonly #decide: Decide;
  readonly #groups = new Map<string, OwnGroup>();
  /** How each group came to its end; nothing else of it is remembered. */
  readonly #over = new Map<string, OwnEnding>();
  /** Groups of which a newer release wrote on. */
  readonly #newer = new Set<string>();
  readonly #views = new OwnViews();
  #isHeaded = false;
  #announced: number | undefined;
  #commits = 0;
  #jobs = 0;
  #events = 0;
  #skipped = 0;
  #lastLine = 1;
  /** A doubt, which a divergence found later outweighs. */
  #doubt: Finding | undefined;
  /** The last line, when it is no JSON: the end of the file, or something wrong in its middle. */
  #torn: Line | undefined;
  #end: Finding | undefined;
  /** Whether the commit that is missing comes later. */
  #ahead: Ahead | undefined;

  constructor(how: Decide) {
    this.#decide = how;
  }

  get isDone(): boolean {
    return this.#end !== undefined && (this.#ahead?.isOver ?? true);
  }

  take({ text, ...place }: Line): void {
    // A commit's own bytes end in a brace; what some copier put behind it is none of them.
    const line = { ...place, text: text.endsWith("\r") ? text.slice(0, -1) : text };
    if (line.text === "") return;
    if (this.#end !== undefined) this.#lookAhead(this.#end, line);
    else if (this.#torn !== undefined) this.#end = unreadable(this.#torn, "is no JSON");
    else if (line.isCut) this.#end = unreadable(line, `is longer than ${commitBytesMax} bytes`);
    else if (this.#isHeaded) this.#judge(line, () => this.#takeCommit(line));
    else this.#takeHead(line);
  }

  verdict(): Verdict {
    this.#judge({ number: this.#lastLine }, () => this.#views.settle());
    const counts = { jobs: this.#jobs, events: this.#events, skipped: this.#skipped };
    return { ...(this.#end ?? this.#whatIsLeft()), ...counts };
  }

  #takeHead(line: Line): void {
    this.#isHeaded = true;
    const head = headOf(line);
    if ("verdict" in head) this.#end = head;
    else this.#announced = head.commits;
  }

  #lookAhead(end: Finding, line: Line): void {
    const explanation = this.#ahead?.take(line);
    if (explanation !== undefined) this.#end = { ...end, explanation };
  }

  /** Runs a piece of the judgement; what it throws is found on that line. */
  #judge({ number: line }: Pick<Line, "number">, judge: () => void): void {
    if (this.#end !== undefined) return;
    try {
      judge();
    } catch (error) {
      const { observed, expected, explanation, awaited } = divergenceOf(error);
      this.#ahead = awaited && new Ahead(awaited);
      this.#end = { verdict: "diverges", line, observed, expected, explanation };
    }
  }

  #takeCommit(line: Line): void {
    const { text, number } = line;
    this.#lastLine = number;
    const commit = this.#decoded(line);
    if (commit === undefined) return;
    const { gid, rev, events } = commit;
    this.#commits += 1;
    if (this.#newer.has(gid)) {
      this.#skipped += 1;
      return;
    }
    this.#expectAnnounced(commit);
    if (this.#isAfterEnd(commit, line)) return;
    const group = this.#groups.get(gid) ?? this.#begin(gid);
    const before = group.group;
    this.#doubtReplay(group.judge(commit, text, number), commit, number);
    this.#jobs += jobsIn(group.group) - jobsIn(before);
    this.#events += events.length;
    this.#views.see({ position: number, gid, rev, text }, commit, before, group.group);
    if (!group.isOver) return;
    this.#groups.delete(gid);
    this.#over.set(gid, group.ending);
  }

  /** Undefined when the line cannot be judged; that is then noted. */
  #decoded(line: Line): Commit | undefined {
    const { number, text } = line;
    try {
      return decode(text, `line ${number}`);
    } catch (error) {
      if (!(error instanceof CommitError)) throw error;
      const value = parsed(text);
      if (error.code === "newer") this.#doubtNewer(value, line, error.message);
      else if (value === undefined) this.#torn = line;
      else throw malformed(value, error.message);
      return undefined;
    }
  }

  #doubtNewer(value: unknown, { number }: Line, message: string): void {
    const { gid } = value as { readonly gid?: unknown };
    if (typeof gid === "string") this.#newer.add(gid);
    this.#commits += 1;
    this.#skipped += 1;
    this.#doubt ??= {
      verdict: "inconclusive",
      line: number,
      observed: message,
      explanation: `written by a newer release: group ${String(gid)} was judged up to here`,
    };
  }

  #doubtReplay(
    why: Unreplayed | undefined,
    { gid, model = 1, cause: { verb } }: Commit,
    line: number,
  ): void {
    if (why === undefined) return;
    const isModel = why === "model";
    const because = isModel
      ? `this release decides by model ${modelVersion}`
      : `this release knows no '${verb}', a newer one may`;
    this.#doubt ??= {
      verdict: "inconclusive",
      line,
      observed: isModel ? `a commit decided by model ${model}` : `the request '${verb}'`,
      explanation: `${because}: the changes of group ${gid} are legal, but could not be replayed`,
    };
  }

  #begin(gid: string): OwnGroup {
    const group = new OwnGroup(gid, this.#decide);
    this.#groups.set(gid, group);
    return group;
  }

  /** Whether its group had ended, and this is its summary; the views have nothing to count then. */
  #isAfterEnd(commit: Commit, { number }: Line): boolean {
    const { gid, rev, events } = commit;
    const ending = this.#over.get(gid);
    if (ending === undefined) return false;
    expectSummaryOf(ending, commit);
    this.#events += events.length;
    this.#over.set(gid, { ...ending, line: number, rev, summary: undefined });
    return true;
  }

  #expectAnnounced({ gid, rev }: Commit): void {
    if (this.#announced === undefined || this.#commits <= this.#announced) return;
    throw new Divergence({
      observed: `commit ${this.#commits}: rev ${rev} of group ${gid}`,
      expected: ["the end of the file"],
      explanation: `the head line announces ${this.#announced}: this is not of the same export`,
    });
  }

  /** Nothing that was judged is wrong: what can be said of it? */
  #whatIsLeft(): Finding {
    const found = this.#atTheEnd();
    return found.verdict === "unreadable" ? found : (this.#doubt ?? found);
  }

  #atTheEnd(): Finding {
    if (!this.#isHeaded) {
      return { verdict: "inconclusive", explanation: "it is empty" };
    }
    const announced = this.#announced ?? this.#commits;
    const line = this.#torn?.number;
    if (this.#torn !== undefined && !this.#torn.text.startsWith("{")) {
      return unreadable(this.#torn, "is no JSON");
    }
    if (this.#torn !== undefined || this.#commits < announced) {
      const left = this.#announced === undefined ? "" : ` of ${announced}`;
      return {
        verdict: "inconclusive",
        ...(line === undefined ? {} : { line }),
        explanation: `the file was cut: ${this.#commits}${left} commits are whole, and they conform`,
      };
    }
    if (this.#commits === 0) return { verdict: "inconclusive", explanation: "no commits follow" };
    return { verdict: "conforms" };
  }
}

/** Those of a summary too. */
function jobsIn({ jobs, pruned }: Group): number {
  return pruned?.jobs.length ?? jobs.length;
}

/** A time that no calendar has, or a value too deep to walk through, is out of every range. */
function divergenceOf(error: unknown): Divergence {
  if (error instanceof Divergence) return error;
  if (!(error instanceof RangeError)) throw error;
  return new Divergence({
    observed: `a value that cannot be worked with: ${error.message}`,
    expected: [],
    explanation: "no release accepts such a value, and so none has written this line",
  });
}

/** JSON, but no commit: a file of several exports says so itself. */
function malformed(value: unknown, message: string): Divergence {
  const isHead = (value as { readonly format?: unknown } | null)?.format === logFormat;
  return new Divergence({
    observed: isHead ? "another head line" : message.replaceAll(/\s*\n\s*/g, " "),
    expected: ["a commit"],
    explanation: isHead
      ? "these are several exports in one file: verify each by itself"
      : "the line is no commit of this format",
  });
}
