/**
 * The end of a group in an exported log: what is remembered of it, which is enough to judge the one
 * commit that may follow, its summary.
 */
import type { Commit } from "../../machines/commit.ts";
import { isSummary } from "../../machines/commit.ts";
import { canonical } from "../../machines/json.ts";
import { requestDigest } from "../../machines/ledger.ts";
import type { Pruned } from "../../machines/record.ts";
import { Divergence } from "./divergence.ts";

export interface OwnEnding {
  /** The line of its last commit. */
  readonly line: number;
  readonly rev: number;
  readonly head: string | null;
  /** What a summary would have to say; undefined: it has one. */
  readonly summary: string | undefined;
}

/** What a summary says, but for when it was made. */
export function sayingOf({ jobs }: Pruned): string {
  return canonical(jobs);
}

/** Fails with Divergence unless the commit is the summary of what ended so. */
export function expectSummaryOf(ending: OwnEnding, commit: Commit): void {
  const { line, rev, head, summary } = ending;
  if (summary === undefined || !isSummary(commit)) {
    throw new Divergence({
      observed: `rev ${commit.rev} of group ${commit.gid}`,
      expected: ["nothing more of this group"],
      explanation: `the group came to its end on line ${line}: nothing follows that`,
    });
  }
  expectPrune(commit);
  if (commit.rev !== rev + 1 || commit.prev !== head) {
    throw new Divergence({
      observed: `a summary as rev ${commit.rev} of group ${commit.gid}`,
      expected: [`a summary as rev ${rev + 1} of group ${commit.gid}`],
      explanation: `it does not follow the group's end on line ${line}`,
    });
  }
  const [said] = commit.events;
  if (said?.pruned !== undefined && sayingOf(said.pruned) === summary) return;
  throw new Divergence({
    observed: "another summary",
    expected: [summary],
    explanation: `the group came to another end on line ${line}`,
  });
}

/** Fails with Divergence unless it was asked by the word that leaves summaries, and at its time. */
export function expectPrune({ at, cause, events: [said] }: Commit): void {
  const { verb, digest, id, by } = cause;
  const wanted = requestDigest({ verb: "prune", id, by, at: 0, ...noteOf(cause) });
  const isPrune = verb === "prune" && digest === wanted && said?.pruned?.at === Date.parse(at);
  if (isPrune) return;
  throw new Divergence({
    observed: `a summary, left by ${verb} with the digest ${digest}`,
    expected: [`one left by prune with the digest ${wanted}, at ${at}`],
    explanation: "only prune leaves a summary",
  });
}

function noteOf({ note }: Commit["cause"]): { readonly note?: string } {
  return note === undefined ? {} : { note };
}
