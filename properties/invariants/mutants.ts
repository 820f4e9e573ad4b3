/** All mutants of the lifecycle: for every invariant at least one that breaks it. */
import { groupMutants } from "./group-mutants.ts";
import { jobMutants } from "./job-mutants.ts";
import { logMutants } from "./log-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { standingMutants } from "./standing-mutants.ts";
import { verbMutants } from "./verb-mutants.ts";

export const mutants: readonly Mutant[] = [
  ...jobMutants,
  ...verbMutants,
  ...groupMutants,
  ...logMutants,
  ...standingMutants,
];
