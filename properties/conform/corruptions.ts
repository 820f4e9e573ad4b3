/**
 * The corruptions: what somebody, or a QEMU that is broken, could make of a recording. Each has to
 * be found at its line; those that nobody could find are listed with the reason.
 */
import { corruptedAnswers } from "./corrupted-answers.ts";
import { corruptedGroups } from "./corrupted-groups.ts";
import { corruptedLives } from "./corrupted-lives.ts";
import { corruptedQueries } from "./corrupted-queries.ts";
import type { Corruption } from "./corruption.ts";

export const corruptions: readonly Corruption[] = [
  ...corruptedLives,
  ...corruptedGroups,
  ...corruptedAnswers,
  ...corruptedQueries,
];
