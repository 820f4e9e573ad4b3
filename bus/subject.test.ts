/**
 * Subjects: patterns and prefixes go by whole tokens.
 */
import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { isUnder, matches } from "./subject.ts";

const token = fc.constantFrom("a", "b", "ab", "*x", "");
const tokens = fc.array(token, { minLength: 1, maxLength: 5 });
const wanted = fc.array(fc.oneof(token, fc.constant("*")), { minLength: 1, maxLength: 5 });

/** What a pattern means, said another way. */
function expressionOf(pattern: readonly string[]): RegExp {
  const parts = pattern.map((token) => (token === "*" ? "[^.]*" : RegExp.escape(token)));
  return new RegExp(`^${parts.join(String.raw`\.`)}$`);
}

describe("a pattern", () => {
  test("matches token by token", () => {
    fc.assert(
      fc.property(wanted, tokens, (wanted, tokens) => {
        const subject = tokens.join(".");
        expect(matches(wanted.join("."), subject)).toBe(expressionOf(wanted).test(subject));
      }),
    );
  });

  test("matches one token or more where it ends in >", () => {
    fc.assert(
      fc.property(wanted, tokens, (wanted, tokens) => {
        const start = tokens.slice(0, wanted.length).join(".");
        const isSo = tokens.length > wanted.length && expressionOf(wanted).test(start);
        expect(matches([...wanted, ">"].join("."), tokens.join("."))).toBe(isSo);
      }),
    );
  });

  test("matches what it was made of", () => {
    fc.assert(
      fc.property(tokens, fc.nat(4), (tokens, at) => {
        const subject = tokens.join(".");
        const pattern = tokens.map((token, i) => (i === at ? "*" : token)).join(".");
        for (const each of [subject, pattern, ">"]) expect(matches(each, subject)).toBe(true);
      }),
    );
  });
});

describe("a prefix", () => {
  test("has itself and what goes on below it", () => {
    fc.assert(
      fc.property(tokens, tokens, (above, below) => {
        fc.pre(above.at(-1) !== "");
        const prefix = above.join(".");
        expect(isUnder(prefix, prefix)).toBe(true);
        expect(isUnder(prefix, [...above, ...below].join("."))).toBe(true);
        expect(isUnder(prefix, `${prefix}x`)).toBe(false);
      }),
    );
  });

  test("has only what is below it when it ends in a dot", () => {
    const subjects = ["a.b", "a.b.c", "a", "a.", "ab"];
    expect(subjects.filter((subject) => isUnder("a.", subject))).toEqual(["a.b", "a.b.c"]);
  });
});
