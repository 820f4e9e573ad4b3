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
