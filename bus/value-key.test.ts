/**
 * Keys: every text can be the end of one, and no two texts are the same end.
 */
import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { assertValueKey, keyEndOf } from "./value-key.ts";

const text = fc.string({
  minLength: 1,
  unit: fc.constantFrom(".", "a", "B", "7", "-", "_", "=", "2E", " ", "ä", "😀", "*", ">"),
});

test("every text can be the end of a key", () => {
  fc.assert(
    fc.property(text, (text) => {
      expect(() => assertValueKey(`name.${keyEndOf(text)}`)).not.toThrow();
    }),
  );
});

test("two texts are never the same end of a key", () => {
  fc.assert(
    fc.property(text, text, (one, two) => {
      expect(keyEndOf(one) === keyEndOf(two)).toBe(one === two);
    }),
  );
});

test("a job id stays as it is at the end of a key, where it can", () => {
  expect(keyEndOf("disk.1-copy_2")).toBe("disk.1-copy_2");
  expect(keyEndOf("disk..1.")).toBe("disk=2E.1=2E");
});
