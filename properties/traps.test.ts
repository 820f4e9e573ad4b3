/** The traps of checking itself. T1 to T9 are the lifecycle's: machines/traps.test.ts. */
import { expect, test } from "vitest";
import { both } from "./conform/own-corruptions.ts";
import { exported, linesFrom } from "./conform/own-log.ts";
import { judgeOwn } from "./conform/own.ts";
import { invariants } from "./invariants/invariants.ts";
import { mutants } from "./invariants/mutants.ts";
import { tryAll } from "./mutation/gate.ts";
import { allSites } from "./mutation/sites.ts";

test("T10: every invariant has a mutant, and so has every guard, which is red without it", async () => {
  const bitten = new Set(mutants.map(({ breaks }) => breaks));
  expect(invariants.filter(({ id }) => !bitten.has(id))).toEqual([]);
  const sites = allSites();
  const site = sites.find(({ id }) => id === "checks.ts:cancel[2] holds → true");
  expect(site).toBeDefined();
  for await (const { by, why } of tryAll(site === undefined ? [] : [site], 1)) {
    expect(by).toBe("properties");
    expect(why).toContain("V1");
  }
});

test("T11: a log that ends too early is inconclusive, however well its beginning conforms", async () => {
  const whole = await judgeOwn(linesFrom(exported(both)));
  expect(whole.verdict).toBe("conforms");
  const cut = await judgeOwn(linesFrom(exported(both.slice(0, -1), both.length)));
  expect(cut.verdict).toBe("inconclusive");
  expect(cut.explanation).toContain(`${both.length - 1} of ${both.length} commits`);
});
