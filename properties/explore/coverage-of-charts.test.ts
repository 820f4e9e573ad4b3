/**
 * A table that has lost a cell is asked by everything that holds the lifecycle against it, and
 * answers them all alike. The statechart still has the edge: a check that cannot take it fails.
 */
import { afterAll, expect, test, vi } from "vitest";
import type { Status, Verb } from "../../machines/status.ts";

afterAll(() => {
  vi.resetModules();
});

test.each<readonly [verb: Verb, status: Status]>([
  ["set-speed", "running"],
  ["cancel", "pending"],
  ["abandon", "aborting"],
])("%s is lost in %s", async (verb, status) => {
  vi.resetModules();
  const { verbs } = await import("../../machines/status.ts");
  Object.assign(verbs, { [verb]: verbs[verb].filter((cell) => cell !== status) });
  const { partByPart } = await import("./check-lifecycle.ts");
  const scope = { jobs: 1, kind: "plain", profile: "narrow", symmetry: false } as const;
  const checking = partByPart(scope, [scope]);
  checking.next();
  const last = checking.next();
  const { violations } = last.done === true ? last.value : { violations: [] };
  const broken = violations.map(({ invariant }) => invariant);
  expect([...new Set(broken)]).toEqual(["coverage"]);
  const texts = violations.map(({ text }) => text).join("\n");
  expect(texts).toContain(`'${verb} accepted in ${status}'`);
});
