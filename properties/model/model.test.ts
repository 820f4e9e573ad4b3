/**
 * The lifecycle under everything that can be said to it: in every corner, then in any order.
 * Groups of one to four mixed members, every verb and report, repeats, epochs that are over, lost
 * workers, timers, clocks that step. A failure prints its seed and path; what it was told is the
 * shrunk list of moves.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { everyCreation, everyStrangeRecord, everyWord } from "./corners.ts";
import { everyDamage } from "./log-damage.ts";
import { modelProperty } from "./model.ts";
import { Reach } from "./reach.ts";
import { everyDigest } from "./request-digests.ts";
import { everyResourceRule } from "./resource-rules.ts";
import { everySummary } from "./summary-rules.ts";

const reach = new Reach();
/** Seconds where nothing else runs. */
const busy = { timeout: 180_000 };

test("every word in every situation comes by every cell of the tables", () => {
  everyCreation(reach);
  everyWord(reach);
  expect(reach.missingCells).toEqual([]);
});

test(
  "every invariant holds after every move, replay equals live, and every job can end",
  busy,
  () => {
    fc.assert(modelProperty(reach), { seed: 20_251_120, numRuns: 1_000 });
    expect(reach.missing).toEqual([]);
  },
);

test("what a record by itself decides, it decides of any record", () => {
  expect(everyStrangeRecord).not.toThrow();
});

test("a log that was damaged is not read, and none is written that cannot be", () => {
  expect(everyDamage).not.toThrow();
});

test("a request has one digest, in every release, and two have two", () => {
  expect(everyDigest).not.toThrow();
});

test("a resource is held by so many at once as all of them allow, and by whom the record says", () => {
  expect(everyResourceRule).not.toThrow();
});

test("a summary is read by whoever meets it, and taken for nothing else", () => {
  expect(everySummary).not.toThrow();
});
