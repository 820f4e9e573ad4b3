/** model.test.ts for longer, from a new seed each time; a failure prints it. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { everyWord } from "./corners.ts";
import { modelProperty } from "./model.ts";
import { Reach } from "./reach.ts";

test("every invariant holds in twenty thousand lives", () => {
  const reach = new Reach();
  everyWord(reach);
  fc.assert(modelProperty(reach), { numRuns: 20_000 });
  expect(reach.missing).toEqual([]);
});
