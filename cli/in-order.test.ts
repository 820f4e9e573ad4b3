import { expect, test } from "vitest";
import { collected } from "../projections/collected.ts";
import { inOrder } from "./in-order.ts";

const numbers = Array.from({ length: 20 }, (_, n) => n);

test("results come in the order of the items, however late the first are", async () => {
  const gates = numbers.map(() => Promise.withResolvers<void>());
  const started: number[] = [];
  const act = async (n: number): Promise<number> => {
    started.push(n);
    await gates[n]?.promise;
    return n * 10;
  };
  const results = collected(inOrder(numbers, 4, act));
  gates.slice(1).forEach(({ resolve }) => resolve());
  await new Promise(setImmediate);
  expect(started).toEqual([0, 1, 2, 3]);
  gates[0]?.resolve();
  expect(await results).toEqual(numbers.map((n) => n * 10));
  expect(started).toEqual(numbers);
});

async function smallOnly(n: number): Promise<number> {
  if (n > 1) throw new Error(`at ${n}`);
  return n;
}

test("the first failure in order is told, and those behind it trouble nobody", async () => {
  const told: number[] = [];
  const telling = async (): Promise<void> => {
    for await (const n of inOrder(numbers, 8, smallOnly)) told.push(n);
  };
  await expect(telling()).rejects.toThrow("at 2");
  await new Promise(setImmediate);
  expect(told).toEqual([0, 1]);
});
