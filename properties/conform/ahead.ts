/** Looks a few lines ahead for a commit that should have come earlier: missing, or out of order? */
import { parsed } from "./own-head.ts";
import type { Line } from "./verdict.ts";

/** Lines that are looked at: mistakes of order are small. */
const linesMax = 20;

/** The commit that was due where another stood. */
export interface Awaited {
  readonly gid: string;
  readonly rev: number;
}

export class Ahead {
  readonly #awaited: Awaited;
  #left = linesMax;

  constructor(awaited: Awaited) {
    this.#awaited = awaited;
  }

  get isOver(): boolean {
    return this.#left === 0;
  }

  /** What is wrong, once the line is the commit; undefined until then. */
  take({ text, number }: Line): string | undefined {
    const { gid, rev } = this.#awaited;
    this.#left -= 1;
    const found = parsed(text) as Partial<Awaited> | null | undefined;
    if (found?.gid !== gid || found.rev !== rev) return undefined;
    this.#left = 0;
    return `out of order: rev ${rev} of the group is on line ${number}`;
  }
}
