import { expect, test } from "vitest";
import { aligned, fitted } from "./table.ts";

const red = (text: string): string => `\u{1b}[31m${text}\u{1b}[39m`;

test("columns are as wide as what is seen in them", () => {
  expect(
    aligned([
      ["a", "bb", "c"],
      [red("aaa"), "b", "c"],
      ["", "", ""],
    ]),
  ).toEqual(["a    bb  c", `${red("aaa")}  b   c`, ""]);
});

test("a line is cut where the terminal ends, and keeps its colours", () => {
  expect(fitted("short", 5)).toBe("short");
  expect(fitted("longer", 5)).toBe("long…");
  expect(fitted(red("longer"), 5)).toBe(`${red("long")}…`);
});
