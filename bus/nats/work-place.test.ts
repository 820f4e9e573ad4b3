import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { namesOf } from "./names.ts";
import { mayFit, placeOf, priorityOf, wantsTags, type Terms } from "./work-place.ts";

const names = namesOf("job");
const nameOf = (terms: Terms) => placeOf(names, terms).name;

test("a place is named after the type and who may take from it", () => {
  expect(placeOf(names, { type: "copy" })).toMatchObject({
    name: "copy+any",
    subject: "job.work.copy.any.",
  });
  expect(placeOf(names, { type: "db.dump", host: "n1.lan" })).toMatchObject({
    name: "db=2Edump+on-n1=2Elan",
    subject: "job.work.db=2Edump.on-n1=2Elan.",
  });
  const require = { gpu: "a100" };
  expect(nameOf({ type: "copy", require })).toMatch(/^copy\+with-[\da-f]{16}$/);
  expect(nameOf({ type: "copy", host: "any", require })).toMatch(
    /^copy\+on-any\+with-[\da-f]{16}$/,
  );
  expect(placeOf(names, { type: "copy", priority: 7 })).toMatchObject({
    name: "copy+any+p7",
    subject: "job.work.copy.any+p7.",
  });
  expect(nameOf({ type: "copy", host: "n1", priority: -3 })).toBe("copy+on-n1+p-3");
});

test("tags make the same place in whichever order they are written", () => {
  const one = nameOf({ type: "copy", require: { gpu: "a100", disk: "ssd" } });
  expect(nameOf({ type: "copy", require: { disk: "ssd", gpu: "a100" } })).toBe(one);
  expect(nameOf({ type: "copy", require: { disk: "a100", gpu: "ssd" } })).not.toBe(one);
});

const long = "x".repeat(300);
const text = fc.oneof(
  fc.constantFrom(
    "copy",
    "copy+any",
    "any",
    "on-h",
    "x-on-h",
    "with-a",
    "p7",
    "copy+p7",
    "a.b",
    long,
    `${long}y`,
    "é".repeat(200),
  ),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }),
);
const terms = fc.record(
  {
    type: text,
    host: text,
    require: fc.dictionary(text, text, { maxKeys: 2 }),
    priority: fc.integer({ min: -9, max: 9 }),
  },
  { requiredKeys: ["type"] },
);

test("a place's name is one that the server takes", () => {
  fc.assert(
    fc.property(terms, (some) => {
      const { name, subject } = placeOf(names, some);
      expect(name).toMatch(/^[\w=+-]{1,255}$/);
      expect(subject).toMatch(/^job\.work\.[\w=-]+\.[\w=+-]+\.$/);
    }),
  );
});

test("a taker sees by the name whom a place is for, and what goes before it", () => {
  fc.assert(
    fc.property(terms, text, text, (some, type, host) => {
      const name = nameOf(some);
      const isItsHost = (taker: string) => some.host === undefined || some.host === taker;
      expect(mayFit(name, { types: [], host })).toBe(isItsHost(host));
      expect(mayFit(name, { types: [type], host: some.host ?? host })).toBe(type === some.type);
      expect(mayFit(name, { types: [type, some.type], host })).toBe(isItsHost(host));
      expect(priorityOf(name)).toBe(some.priority ?? 0);
      expect(wantsTags(name)).toBe(Object.keys(some.require ?? {}).length > 0);
    }),
  );
});
