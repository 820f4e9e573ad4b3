/**
 * Places of groups are remembered up to a number, and never moved back.
 */
import { expect, test } from "vitest";
import { GroupRevs } from "./group-revs.ts";

test("a group's place is that of its newest commit, whatever is told later", () => {
  const revs = new GroupRevs();
  revs.note("g", { rev: 2, seq: 20 });
  revs.note("g", { rev: 1, seq: 10 });
  expect(revs.get("g")).toEqual({ rev: 2, seq: 20 });
  revs.forget("g");
  expect(revs.get("g")).toBeUndefined();
});

test("the group that was not heard of for longest is forgotten first", () => {
  const revs = new GroupRevs(2);
  revs.note("a", { rev: 1, seq: 1 });
  revs.note("b", { rev: 1, seq: 2 });
  revs.note("a", { rev: 2, seq: 3 });
  revs.note("c", { rev: 1, seq: 4 });
  expect([revs.get("a"), revs.get("b"), revs.get("c")]).toEqual([
    { rev: 2, seq: 3 },
    undefined,
    { rev: 1, seq: 4 },
  ]);
});

function noted(...places: readonly (readonly [rev: number, seq: number])[]): GroupRevs {
  const revs = new GroupRevs();
  for (const [rev, seq] of places) revs.note("g", { rev, seq });
  return revs;
}

test("who lost a race finds the commit that he knew, behind those of the others", () => {
  const revs = noted([1, 10], [2, 20], [3, 30]);
  expect(revs.upTo("g", 2)).toEqual({ rev: 2, seq: 20 });
  expect(revs.upTo("g", 0)).toBeUndefined();
});

test("what the leader says is the end overrules what was known from there on", () => {
  const revs = noted([1, 10], [2, 20], [3, 30]);
  revs.believe("g", { rev: 2, seq: 15 });
  expect(revs.get("g")).toEqual({ rev: 2, seq: 15 });
  expect(revs.upTo("g", 1)).toEqual({ rev: 1, seq: 10 });
});

test("of a long group the newest are kept", () => {
  const revs = noted(...Array.from({ length: 40 }, (_, n) => [n + 1, n + 1] as const));
  expect(revs.upTo("g", 25)?.seq).toBe(25);
  expect(revs.upTo("g", 20)).toBeUndefined();
});
