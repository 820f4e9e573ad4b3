/**
 * The lifecycle, exhaustively, as far as check-lifecycle.test.ts does not. The numbers are the
 * spaces': one that changes without a change of what can happen, or the other way round, is to be
 * looked into.
 */
import { describe, expect, test } from "vitest";
import type { Group, Job } from "../../machines/record.ts";
import { explore } from "./explore.ts";
import { lifecycleSpace, type Scope } from "./lifecycle-space.ts";
import { shapes } from "./plans.ts";

describe("nothing is broken, and every job can end, with", () => {
  test.each<readonly [scope: Scope, states: number, transitions: number]>([
    [{ jobs: 1, kind: "plain", profile: "core" }, 83, 126],
    [{ jobs: 2, kind: "plain", profile: "core" }, 1_056, 2_918],
    [{ jobs: 1, kind: "plain", profile: "narrow" }, 85, 140],
    [{ jobs: 1, kind: "mirror", profile: "narrow" }, 277, 489],
  ])("%o", (scope, states, transitions) => {
    const found = explore(lifecycleSpace(scope));
    expect(found.violations).toEqual([]);
    expect([found.states, found.transitions]).toEqual([states, transitions]);
  });
});

/** The group, whatever its members are called and in whatever order they stand. */
function anonymous({ voided, jobs }: Group): string {
  const members = jobs.map(({ id: _id, uid: _uid, cancelledBy, ...job }: Job) =>
    JSON.stringify([cancelledBy !== null, job]),
  );
  return [String(voided), ...members.toSorted()].join();
}

/** What a space holds, members unnamed, what is broken in it, and how many states it has. */
function held(scope: Scope) {
  const states = new Set<string>();
  const { violations, states: count } = explore(lifecycleSpace(scope), {
    onState: (group) => states.add(anonymous(group)),
  });
  return [{ states, broken: violations.map(({ id }) => id).toSorted() }, count] as const;
}

describe("a shorter walk sees what the whole one sees:", () => {
  const scope = { jobs: 2, kind: "plain", profile: "narrow", faults: 0 } as const;

  test("like members as one", () => {
    const [whole] = held({ ...scope, symmetry: false });
    const [short, count] = held({ ...scope, symmetry: true });
    expect(count).toBe(short.states.size);
    expect(short).toEqual(whole);
  });

  test("what changes nothing remembered, with a worker lost of each", () => {
    const kind = { ...shapes.plain, can: ["prepare"] } as const;
    const [short, whole] = [true, false].map((memory) =>
      explore(lifecycleSpace({ ...scope, kind, faults: 1, memory })),
    );
    expect(short).toEqual(whole);
  });
});
