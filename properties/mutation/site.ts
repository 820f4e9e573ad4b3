/**
 * A site: one place of the source that can be made wrong in one way. Applied, the edit gives the
 * text of a mutant; the file on the disk is never touched.
 */

/** Puts `text` in place of what stands from `start` up to, but not including, `end`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Site {
  /** What it is in words, and the same as long as the code is: `checks.ts:pause[1] holds → true`. */
  readonly id: string;
  /** A file of machines/, without the folder. */
  readonly file: string;
  readonly edit: Edit;
}

/** The mutant's text. */
export function applied(source: string, { start, end, text }: Edit): string {
  return source.slice(0, start) + text + source.slice(end);
}
