/**
 * The verdict on one recorded history. Never more than was seen: a log that says nothing of what
 * the tables speak of, or admits gaps, is inconclusive, not conforming.
 */

export type Judgement = "conforms" | "diverges" | "inconclusive" | "unreadable";

/** In the order of the JSON that `verify --json` prints after `file`. */
export interface Verdict {
  readonly verdict: Judgement;
  /** The line of the first divergence, or the first that cannot be read; counted from 1. */
  readonly line?: number;
  /** What was seen there, in words. */
  readonly observed?: string;
  /** What would have been legal there, likeliest first. */
  readonly expected?: readonly string[];
  /** The nearest explanation: `one missing 'aborting' of job b before line 8`. */
  readonly explanation?: string;
  readonly jobs: number;
  readonly events: number;
  /** Lines that are not of the format and were passed over. */
  readonly skipped: number;
}

/** Judges the lines of one file. Memory is bounded by the jobs that are alive. */
export type Judge = (lines: AsyncIterable<Line>) => Promise<Verdict>;

export interface Line {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
  /** The line was longer than is ever legal and was cut: `text` is its beginning. */
  readonly isCut: boolean;
}
