/**
 * What is kept of the news is whole, or is not used.
 */
import { expect, test } from "vitest";
import { Recent } from "./recent.ts";

function recentOf(seqs: readonly number[], sizeBytes = 1): Recent<string> {
  const recent = new Recent<string>({ messagesMax: 8, bytesMax: 100 });
  for (const seq of seqs) recent.add({ seq, sizeBytes, value: `m${seq}` });
  return recent;
}

function after(recent: Recent<string>, seq: number, count = 10): readonly number[] {
  return recent.after(seq, count).map((kept) => kept.seq);
}

test("recent messages go on for who has seen all before them, some at a time", () => {
  const recent = recentOf([5, 6, 7]);
  expect(after(recent, 4)).toEqual([5, 6, 7]);
  expect(after(recent, 5, 1)).toEqual([6]);
  expect(after(recent, 7)).toEqual([]);
  expect(after(recent, 9)).toEqual([]);
});

test("recent messages do not go on for who has missed one before them", () => {
  expect(after(recentOf([5, 6]), 3)).toEqual([]);
});

test("a gap in the news starts them anew, and what comes late or twice is not kept", () => {
  const recent = recentOf([5, 6, 8, 7, 8, 9]);
  expect(after(recent, 5)).toEqual([]);
  expect(after(recent, 7)).toEqual([8, 9]);
});

test("there are not too many of them, and not too large ones", () => {
  const many = recentOf([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(after(many, 3)).toEqual([4, 5, 6, 7, 8, 9]);
  expect(after(many, 2)).toEqual([]);
  const large = recentOf([1, 2, 3], 40);
  expect(after(large, 2)).toEqual([3]);
  expect(after(large, 0)).toEqual([]);
  expect(after(recentOf([1], 200), 0)).toEqual([]);
});
