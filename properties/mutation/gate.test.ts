/**
 * The gate on twenty of all mutants; `npm run mutants` tries every one. That the model and the
 * check find nothing wrong with the code as it is, their own tests say.
 */
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { tryAll, type Outcome } from "./gate.ts";
import { killers } from "./killers.ts";
import type { Site } from "./site.ts";
import { allSites } from "./sites.ts";
import { survivors } from "./survivors.ts";

const sampled = 20;

function rank({ id }: Site): string {
  return createHash("sha256").update(id).digest("hex");
}

/** Those whose digests are the smallest: the same ones until one of them is gone. */
function sample(sites: readonly Site[]): readonly Site[] {
  const living = sites.filter(({ id }) => !(id in survivors));
  return living.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, sampled);
}

async function outcomesOf(sites: readonly Site[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for await (const outcome of tryAll(sites, availableParallelism())) outcomes.push(outcome);
  return outcomes;
}

test.each(killers.slice(0, 3))("$name finds nothing wrong with the code as it is", ({ run }) =>
  expect(run()).resolves.toBeUndefined(),
);

test("twenty mutants are killed", { timeout: 300_000 }, async () => {
  const outcomes = await outcomesOf(sample(allSites()));
  expect(outcomes.filter(({ by }) => by === undefined)).toEqual([]);
  expect(outcomes).toHaveLength(sampled);
});

test("a mutant that takes its process with it is dead, and the next one is tried", async () => {
  const edit = { start: 0, end: 0, text: "process.exit(7);\n" };
  const fatal = { id: "status.ts: ends the process", file: "status.ts", edit };
  const broken = { ...fatal, id: "status.ts: is no code", edit: { ...edit, text: "throw 7;\n" } };
  const outcomes = await outcomesOf([fatal, broken]);
  expect(new Map(outcomes.map(({ site, by }) => [site, by]))).toEqual(
    new Map([
      [fatal, "crash"],
      [broken, "properties"],
    ]),
  );
});
