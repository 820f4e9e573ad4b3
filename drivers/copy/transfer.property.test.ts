import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  integer,
  letrec,
  nat,
  oneof,
  record,
  tuple,
  uniqueArray,
} from "fast-check";
import { describe, expect, test } from "vitest";
import { bytePath, bytesOf } from "./byte-path.ts";
import { start } from "./cursor.ts";
import { survey } from "./survey.ts";
import { testFolder, treeText } from "./test-folder.ts";
import { transfer } from "./transfer.ts";
import type { Position, Stride } from "./transfer-state.ts";
import { verify } from "./verify.ts";

type Node = { readonly data: number } | { readonly text: string } | { readonly tree: Tree };
type Tree = readonly (readonly [name: string, node: Node])[];

/** Names of any bytes but the slash, NUL, and the two that mean folders. */
const name = array(integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 6 })
  .map((bytes) => bytes.map((byte) => String.fromCodePoint(byte)).join(""))
  .filter((text) => !text.includes("/") && text !== "." && text !== "..");

const { tree } = letrec<{ tree: Tree; node: Node }>((tie) => ({
  tree: uniqueArray(tuple(name, tie("node")), { selector: ([key]) => key, maxLength: 5 }),
  node: oneof(
    { depthSize: "small" },
    record({ data: oneof(nat(9000), constantFrom(1 << 20, (2 << 20) + 1)) }),
    record({ text: name }),
    record({ tree: tie("tree") }),
  ),
}));

async function check(tree: Tree, strideEntries: number, cuts: readonly number[]): Promise<void> {
  await using folder = testFolder();
  grow(bytePath(folder.at("from")), tree);
  const sides = { from: bytePath(folder.at("from")), partial: bytePath(folder.at("copy")) };
  const { marks, bytes } = await ended(survey({ ...sides, strideEntries }));
  const from = (start: Position): AsyncGenerator<Stride, Stride, void> =>
    transfer({ ...sides, marks, strideEntries, owner: true, start });
  const positions = [start];
  for (const cut of cuts) {
    const going = from(positions.at(-1 - cut) ?? start);
    for (let n = 0; n < cut; n += 1) {
      const { done, value } = await going.next();
      if (!done) positions.push(value.position);
    }
    await going.return({} as Stride);
  }
  const { position } = await ended(from(positions.at(-1) ?? start));
  expect([position.bytes, position.entry]).toEqual([bytes, marks.length]);
  const order = { ...sides, marks, strideEntries };
  expect(await ended(verify(order))).toBe(position.chain);
  expect(treeText(folder.at("copy"))).toEqual(treeText(folder.at("from")));
}

describe("a transfer", () => {
  test(
    "makes the same tree, whatever it is and wherever it is cut",
    { timeout: 60_000 },
    async () => {
      const cuts = array(nat(5), { maxLength: 8 });
      const property = asyncProperty(tree, integer({ min: 1, max: 3 }), cuts, check);
      await assert(property, { numRuns: 40 });
      expect.hasAssertions();
    },
  );
});

async function ended<Result>(
  pass: Generator<unknown, Result, void> | AsyncGenerator<unknown, Result, void>,
): Promise<Result> {
  for (;;) {
    const { done, value } = await pass.next();
    if (done) return value;
  }
}

function grow(at: string, tree: Tree): void {
  mkdirSync(bytesOf(at));
  for (const [name, node] of tree) {
    const path = `${at}/${name}`;
    if ("tree" in node) grow(path, node.tree);
    else if ("text" in node) symlinkSync(bytesOf(node.text), bytesOf(path));
    else writeFileSync(bytesOf(path), Buffer.alloc(node.data, node.data % 3));
  }
  utimesSync(bytesOf(at), 1, tree.length);
}
