import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { headersOf } from "./cloud-event.ts";

test.each([
  ["nightly.db-2_b", "nightly.db-2_b"],
  ["disk full", "disk%20full"],
  ['say "100%"', "say%20%22100%25%22"],
  ["é😀", "%C3%A9%F0%9F%98%80"],
  ["a\r\nb", "a%0D%0Ab"],
])("the header of the value %j is %s", (value, header) => {
  expect(headersOf({ subject: value })).toEqual({ "ce-subject": header });
});

test("a header is printable ASCII, and can be read back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (subject) => {
      const header = headersOf({ subject })["ce-subject"] ?? "";
      expect(header).toMatch(/^[\u0021-\u007e]*$/);
      expect(decodeURIComponent(header)).toBe(subject);
    }),
  );
});

test("the media type is told under its plain name too", () => {
  expect(headersOf({ datacontenttype: "application/json" })).toEqual({
    "ce-datacontenttype": "application/json",
    "content-type": "application/json",
  });
});
