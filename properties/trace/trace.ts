/**
 * A trace: what was said to a group, one step after the other, and what came of it. Counterexamples
 * of the explorer, shrunk stories of the simulation and exported histories are all traces, so that
 * each of them can be shown as text, as a diagram, or to another tool.
 */
import type { Fact } from "../../machines/fact.ts";
import type { Group } from "../../machines/record.ts";
import type { Refusal } from "../../machines/refusal.ts";

export interface TraceStep {
  /** Who says it: `user`, `worker/w1`, `keeper`, `anna@ws`. */
  readonly by: string;
  /** What is said: `pause`, `finished`, `lost`. */
  readonly verb: string;
  /** The id of the job that it is said of; absent when it is said of the group. */
  readonly job?: string;
  /** What else matters of the input, in words: `epoch 1 (stale)`, `soft`. */
  readonly detail?: string;
  /** Milliseconds since 1970; absent where time plays no part. */
  readonly at?: number;
  readonly events: readonly Fact[];
  readonly refusal?: Refusal;
  readonly after: Group;
}

export interface Trace {
  readonly steps: readonly TraceStep[];
  /** What is wrong at the end: the invariant's number and its words; absent when nothing is. */
  readonly broken?: string;
}
