/** A candidate: a word that may stand where somebody is typing, and what it would mean there. */
export interface Candidate {
  readonly word: string;
  readonly about?: string;
}

/** What may stand there: some words, or any file. */
export type Completion = readonly Candidate[] | "files";
