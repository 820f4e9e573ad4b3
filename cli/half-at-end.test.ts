import { expect, test } from "vitest";
import { halfAtEnd } from "./half-at-end.ts";

const colour = "\x1b[1;32m";

test.each(["a", "é", "€", "😀", colour, `a${colour}`])(
  "%j has a half at each cut, and only there",
  (sign) => {
    const bytes = Buffer.from(sign);
    const isCut = Array.from(bytes, (_, at) => halfAtEnd(bytes.subarray(0, at + 1)) > 0);
    const wholes = new Set(["a", sign].map((whole) => Buffer.byteLength(whole)));
    expect(isCut).toEqual(Array.from(bytes, (_, at) => !isWhole(sign, wholes, at + 1)));
  },
);

function isWhole(sign: string, wholes: ReadonlySet<number>, sizeBytes: number): boolean {
  return wholes.has(sizeBytes) && (sizeBytes > 1 || sign.startsWith("a"));
}

test("what was long enough without its other half is no half", () => {
  expect(halfAtEnd(Buffer.from(`\x1b[${"1;".repeat(30)}`))).toBe(0);
  expect(halfAtEnd(Buffer.from([0x80, 0x80, 0x80, 0x80]))).toBe(0);
  expect(halfAtEnd(Buffer.from("line\n"))).toBe(0);
  expect(halfAtEnd(Buffer.alloc(0))).toBe(0);
});
