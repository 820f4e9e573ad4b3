/**
 * A space: states, what can be said in each, and what comes of it. Pure throughout. Everything that
 * explores knows no more than this of what it explores.
 */
import type { Violation } from "../invariants/invariants.ts";

/** `user`: as he likes. `system`: is bound to come. `fault`: may come, and nobody relies on it. */
export type By = "user" | "system" | "fault";

export interface Outcome<S> {
  /** The very state that was, when nothing changed. */
  readonly next: S;
  /** The sentences that the step breaks. */
  readonly broken: readonly Violation[];
}

export interface Space<S, M> {
  readonly roots: readonly S[];
  messages(state: S): Iterable<M>;
  step(state: S, message: M): Outcome<S>;
  /** Two states with one key are taken for one. */
  key(state: S): string;
  by(message: M): By;
  /** Why nothing moves by itself here, in a word; undefined: it must not come to rest here. */
  rest(state: S): string | undefined;
  isEnd(state: S): boolean;
  /** What is owed once it was asked for; see liveness.ts. At most 31. */
  readonly debts?: readonly Debt<S>[];
  /** Whose step the message is, counted from 0: fairness is owed to each. At most 30. */
  agent?(message: M): number;
}

/** While it is owed, the system is bound to do something that ends it. */
export interface Debt<S> extends Violation {
  isOwed(state: S): boolean;
}

/** A violation, and the shortest way to it. */
export interface Found<M> extends Violation {
  readonly sequence: readonly M[];
  /** The messages that lead back to where the sequence ends: they can go on for ever. */
  readonly loop?: readonly M[];
}
