/**
 * What a key of Values is made of, so that the same key works on every bus.
 */
import { strict as assert } from "node:assert";

/** Asserts that the key holds nothing but letters, digits and `. _ = -`. */
export function assertValueKey(key: string): void {
  assert(/^[\w.=-]+$/.test(key), `value key: expected letters, digits and . _ = -, found "${key}"`);
}
