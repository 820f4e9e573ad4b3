import { expect, test } from "vitest";
import { shrunkPathOf } from "./simulate-options.ts";

test.each([
  ["simulate-95.tape.json", "simulate-95-shrunk.tape.json"],
  ["tapes/a.json", "tapes/a-shrunk.tape.json"],
  ["tape", "tape-shrunk.tape.json"],
  ["-", "simulate-3-shrunk.tape.json"],
])("the tape %s, made simpler, is kept as %s", (source, path) => {
  expect(shrunkPathOf(source, 3)).toBe(path);
});
