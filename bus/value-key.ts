/**
 * What a key of Values is made of, so that the same key works on every bus.
 */
import { strict as assert } from "node:assert";
import { tokenOf } from "./token.ts";

/** Whether anything can be kept under the key. */
export function isValueKey(key: string): boolean {
  return /^[\w=-]+(?:\.[\w=-]+)*$/.test(key);
}

/** Asserts that the key is tokens of letters, digits and `_ = -`, with a dot between them. */
export function assertValueKey(key: string): void {
  assert(
    isValueKey(key),
    `value key: expected tokens of letters, digits and _ = - between dots, found "${key}"`,
  );
}

/** The text as the end of a key, in which dots are welcome: only what no key may hold is escaped. */
export function keyEndOf(text: string): string {
  return text.replaceAll(/^\.|\.(?=\.|$)|[^\w.-]/gu, tokenOf);
}
