/**
 * What must always hold of the lifecycle, as data: every sentence has its number, its words and a
 * pure check of one step. Start here; elsewhere.ts lists the numbers that other folders hold.
 */
import { groupInvariants } from "./group-invariants.ts";
import type { Invariant, Step } from "./invariant.ts";
import { jobInvariants } from "./job-invariants.ts";
import { logInvariants } from "./log-invariants.ts";
import { standingInvariants } from "./standing-invariants.ts";
import { verbInvariants } from "./verb-invariants.ts";

export const invariants: readonly Invariant[] = [
  ...jobInvariants,
  ...verbInvariants,
  ...groupInvariants,
  ...logInvariants,
  ...standingInvariants,
];

export interface Violation {
  readonly id: string;
  /** The sentence, and who or what breaks it. */
  readonly text: string;
}

/** Every sentence that a step breaks; empty when all hold. */
export function violationsOf(step: Step): readonly Violation[] {
  return invariants.flatMap(({ id, text, broken }) =>
    broken(step).map((what) => ({ id, text: `${id} ${text}: ${what}` })),
  );
}
