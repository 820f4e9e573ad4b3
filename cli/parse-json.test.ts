import { expect, test } from "vitest";
import { parseJson } from "./parse-json.ts";

test.each([
  ["", "f:1:1: is not JSON: it ends too early"],
  ["{", "f:1:2: is not JSON: it ends too early"],
  ['{"a": 1,}', 'f:1:9: is not JSON: found "}"'],
  ['{"a": 1\n "b": 2}', 'f:2:2: is not JSON: found "\\"b\\": 2}"'],
  ["[1, 2] 3", 'f:1:8: is not JSON: found "3"'],
  ["{'a': 1}", `f:1:2: is not JSON: found "'a': 1}"`],
  ["[01]", 'f:1:2: is not JSON: found "01]"'],
  ['"\\x"', 'f:1:1: is not JSON: found "\\"\\\\x\\""'],
  ["tru", 'f:1:1: is not JSON: found "tru"'],
])("%j is refused with its place", (text, said) => {
  expect(() => parseJson(text, "f")).toThrow(said);
});

test("what is nested too deep is refused with the place where that begins", () => {
  const said = "f:1:201: is nested more than 100 deep";
  expect(() => parseJson('{"a":['.repeat(50_000), "f")).toThrow("is nested more than 100 deep");
  expect(() => parseJson(`${"[ ".repeat(101)}${"]".repeat(101)}`, "f")).toThrow(said);
  expect(() => parseJson(`${"[ ".repeat(100)}${"]".repeat(100)}`, "f")).not.toThrow();
});

test("what is JSON is read", () => {
  const text = ' {"a": [1, -2.5e3, "\\u0041\\n", true, null, {}], "b": []} ';
  expect(parseJson(text, "f")).toEqual(JSON.parse(text));
});
