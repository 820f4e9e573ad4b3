import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { textOf, tokenOf } from "./token.ts";

test.each([
  ["nightly-2_b", "nightly-2_b"],
  ["db.main", "db=2Emain"],
  ["a=2Eb", "a=3D2Eb"],
  ["*> \t", "=2A=3E=20=09"],
  ["é😀", "=C3=A9=F0=9F=98=80"],
])("the token of %j is %s", (text, token) => {
  expect(tokenOf(text)).toBe(token);
});

test("a token can be read back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const token = tokenOf(text);
      expect(token).toMatch(/^[\w=-]*$/);
      expect(textOf(token)).toBe(text);
    }),
  );
});
