/**
 * The lifecycle under everything that can be said to it, in any order: groups of one to four mixed
 * members, every verb and report, repeats, epochs that are over, lost workers, timers, clocks that
 * step. A failure prints its seed and path; what it was told is the shrunk list of moves.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { modelProperty } from "./model.ts";
import { Reach } from "./reach.ts";

test("every invariant holds after every move, replay equals live, and every job can end", () => {
  const reach = new Reach();
  fc.assert(modelProperty(reach), { seed: 20_251_120, numRuns: 1_000 });
  expect(reach.missing).toEqual([]);
});
