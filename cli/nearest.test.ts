import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

test.each([
  ["lss", "ls"],
  ["stauts", "status"],
  ["hist", "history"],
  ["xyz", undefined],
  ["q", undefined],
])("the nearest to %s is %s", (word, near) => {
  expect(nearest(word, ["ls", "status", "history", "pause"])).toBe(near);
});
