/**
 * A fault: a driver of the shelf with one thing wrong, for the tests of the contract. One shelf is
 * enough for all: every life has a place of its own.
 */
import type { Driver, RunningJob } from "../../actors/driver.ts";
import { Shelf, type ShelfArgs } from "./shelf.ts";

/** What is wrong, the check that finds it, what that check says, and the driver's wrong parts. */
export type Fault = readonly [
  what: string,
  check: string,
  says: RegExp,
  over: Partial<Driver<ShelfArgs>>,
];

export const shelf = new Shelf();

/** A run that deals with words one by one, in a wrong way. */
export function eachWord(
  deal: (job: RunningJob<ShelfArgs>, word: string, index: number) => Promise<void>,
) {
  const run = async (job: RunningJob<ShelfArgs>): Promise<void> => {
    for (const [index, word] of job.args.words.entries()) await deal(job, word, index);
  };
  return { run };
}

export function add(place: string, word: string): void {
  shelf.put(place, [...shelf.at(place), word]);
}
