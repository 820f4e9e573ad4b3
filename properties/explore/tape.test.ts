import { describe, expect, test } from "vitest";
import type { Decide } from "../../machines/story.ts";
import { groupMutants } from "../invariants/group-mutants.ts";
import { jobMutants } from "../invariants/job-mutants.ts";
import type { Mutant } from "../invariants/mutant.ts";
import { partByPart, type LifecycleViolation } from "./check-lifecycle.ts";
import type { Scope } from "./lifecycle-space.ts";
import { spoken } from "./message.ts";
import { readTape, recordTape, replayTape } from "./tape.ts";

const mutants = [...jobMutants, ...groupMutants];

function mutant(how: string): Mutant {
  const found = mutants.find((each) => each.how === how);
  if (found === undefined) throw new Error(`no mutant '${how}'`);
  return found;
}

/** The first violation that an exploration finds. */
function firstIn(scope: Scope): LifecycleViolation {
  const { jobs, kind } = scope;
  const checking = partByPart({ jobs, kind, bail: true }, [scope]);
  checking.next();
  const last = checking.next();
  const first = last.done === true ? last.value.violations[0] : undefined;
  if (first === undefined) throw new Error("nothing is broken");
  return first;
}

/** Every sentence that the last step of the sequence breaks. */
function bitten(found: LifecycleViolation, decide: Decide): readonly string[] {
  return replayTape(recordTape(found, decide), decide).violations.map(({ id }) => id);
}

const one = { jobs: 1, kind: "plain", profile: "core" } as const;

describe("a broken lifecycle is found by the shortest sequence, which plays again:", () => {
  const created = "user: create (plan 1)";
  const claimed = "user: create (plan 1, claimed at once)";
  const [claim, finish] = ["worker/w1: claimed a", "worker/w1: finished a"];

  test.each<readonly [how: string, scope: Scope, sequence: readonly string[]]>([
    ["a pause is believed to have happened when it is asked", one, [created, "user: pause a"]],
    ["a parked job is aborted where it stands", one, [created, "user: cancel a"]],
    [
      "a cancel is taken while committing",
      one,
      [created, claim, finish, "worker/w1: prepared a", "user: cancel a"],
    ],
    [
      "a vote is kept when its worker is lost",
      { ...one, jobs: 2, profile: "narrow", faults: 1 },
      [claimed, finish, "worker/w1: finished b", "worker/w1: prepared a", "keeper: lost a"],
    ],
  ])("%s", (how, scope, sequence) => {
    const { broken: decide, breaks } = mutant(how);
    const found = firstIn({ ...scope, decide });
    expect(found.sequence.map(spoken)).toEqual(sequence);
    const tape = readTape(JSON.stringify(recordTape(found, decide)));
    const red = replayTape(tape, decide);
    expect(red.violations.map(({ id }) => id)).toContain(found.invariant);
    expect(bitten(found, decide)).toContain(breaks);
    expect(red.trace.steps).toHaveLength(sequence.length);
    expect(replayTape(tape).violations).toEqual([]);
  });

  test("what is owed at the end is asked by exploring on from there", () => {
    const found = firstIn({ ...one, decide: mutant("members become pending one by one").broken });
    const tape = { ...recordTape(found), invariant: "E3" };
    expect(replayTape(tape).violations).toEqual([]);
  });
});

describe("a tape that cannot be read is refused by name:", () => {
  test.each([
    ["text", "not a tape", "found no JSON"],
    ["an empty file", "", "found no JSON"],
    ["another thing", "[]", "expected a tape that 'check' wrote"],
    ["another format", '{"format":"jobchart-log","version":1}', "format: "],
    ["a newer version", '{"format":"jobchart-tape","version":2}', "version: "],
  ])("%s", (_what, text, why) => {
    expect(() => readTape(text)).toThrow(why);
  });
});
