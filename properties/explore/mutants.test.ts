/**
 * Lifecycles that are wrong in a corner only: after so many tries, for a member of another kind,
 * while somebody else is paused. The parts of a check are made so that each of them comes out.
 */
import { describe, expect, test } from "vitest";
import { effectsOf } from "../../machines/effects.ts";
import type { Input } from "../../machines/input.ts";
import { decide } from "../../machines/lifecycle.ts";
import type { Group, Job } from "../../machines/record.ts";
import type { Decide } from "../../machines/story.ts";
import { jobMutants } from "../invariants/job-mutants.ts";
import { hearing, recording, withEvents } from "../invariants/mutant.ts";
import { partByPart, partsOf, type Check, type LifecycleViolation } from "./check-lifecycle.ts";
import { explore } from "./explore.ts";
import { lifecycleSpace, type Scope } from "./lifecycle-space.ts";
import type { Kind } from "./plans.ts";
import { recordTape, replayTape } from "./tape.ts";

function askedIn({ jobs }: Group, input: Input): Job | undefined {
  return "uid" in input ? jobs.find(({ uid }) => uid === input.uid) : undefined;
}

/** Another member has a pause of its user's. */
function isOtherPaused({ jobs }: Group, uid: string | undefined): boolean {
  return jobs.some((job) => job.userPaused && job.uid !== uid);
}

/** Hears something else than was said, where that is taken. */
function mishearing(change: (input: Input, group: Group) => Input): Decide {
  const heard = hearing(change);
  return (group, input) => {
    const decision = heard(group, input);
    return decision.refusal === undefined ? decision : decide(group, input);
  };
}

const thirdFailureIsSuccess = mishearing((input, group) => {
  const stuck = askedIn(group, input)?.stuck;
  const isThird = input.verb === "step-failed" && input.step === "clean" && stuck?.tries === 2;
  if (!isThird || stuck.step !== "clean") return input;
  const { id, by, at, uid, epoch } = input;
  return { id, by, at, uid, epoch, verb: "cleaned" };
});

const nextEpochIsCurrent = mishearing((input, group) => {
  if (!("epoch" in input) || input.verb === "claimed") return input;
  const epoch = askedIn(group, input)?.epoch ?? 0;
  return input.epoch === epoch + 1 ? { ...input, epoch } : input;
});

const staleFailureIsCurrent = mishearing((input, group) => {
  if (input.verb !== "failed" || !isOtherPaused(group, input.uid)) return input;
  return { ...input, epoch: askedIn(group, input)?.epoch ?? 0 };
});

/** One member that cannot prepare, and nobody is asked to. */
const nobodyIsAsked: Decide = (group, input) => {
  const isBare = group.jobs.some(({ shape }) => !shape.can.includes("prepare"));
  const jobs = group.jobs.map((job) => {
    const can = job.shape.can.filter((each) => each !== "prepare");
    return isBare ? { ...job, shape: { ...job.shape, can } } : job;
  });
  const decision = decide({ ...group, jobs }, input);
  if (decision.refusal !== undefined) return decide(group, input);
  return withEvents(group, decision, decision.events);
};

const voteOutlivesWorker = recording((fact, _input, group) => {
  if (fact.kind !== "lost" || fact.set?.vote !== null || !isOtherPaused(group, fact.uid)) {
    return fact;
  }
  const { vote: _vote, ...set } = fact.set;
  return { ...fact, set };
});

/** A speed is set, and who is paused notes an I/O error that is not its own. */
const speedTellsOthers: Decide = (group, input) => {
  const decision = decide(group, input);
  if (input.verb !== "set-speed" || decision.refusal !== undefined) return decision;
  const others = group.jobs.filter(
    ({ uid, userPaused, ioStatus }) => uid !== input.uid && userPaused && ioStatus === "ok",
  );
  const facts = others.map(({ id, uid }) => ({
    kind: "noted" as const,
    job: id,
    uid,
    set: { ioStatus: "failed" as const },
  }));
  const told = withEvents(group, decision, [...decision.events, ...facts]);
  return { ...told, effects: effectsOf(group, told.next) };
};

const believing = jobMutants.find(({ breaks }) => breaks === "S15")?.broken ?? decide;

function foundIn(check: Check, scopes: readonly Scope[]): readonly LifecycleViolation[] {
  const checking = partByPart(check, scopes);
  let next = checking.next();
  while (next.done !== true) next = checking.next();
  return next.value.violations;
}

/** The numbers of what one part of the check finds broken. */
function foundBy(check: Check, part: string): readonly string[] {
  const scopes = partsOf(check).filter(({ jobs, profile }) => part === `${jobs} ${profile}`);
  return foundIn({ ...check, bail: true }, scopes).map(({ invariant }) => invariant);
}

interface Corner {
  readonly how: string;
  readonly wrong: Decide;
  /** Default plain. */
  readonly kind?: Kind;
  /** Which part of the check: its jobs and profile. */
  readonly part: string;
  readonly breaks: string;
}

const corners: readonly Corner[] = [
  {
    how: "clean is done after its third failure",
    wrong: thirdFailureIsSuccess,
    part: "1 wide",
    breaks: "S9",
  },
  {
    how: "a report of the epoch to come is taken",
    wrong: nextEpochIsCurrent,
    part: "1 wide",
    breaks: "V1",
  },
  { how: "any progress is believed", wrong: believing, part: "1 recovery", breaks: "S15" },
  {
    how: "nobody votes where one member cannot",
    wrong: nobodyIsAsked,
    part: "2 wide",
    breaks: "G4",
  },
  {
    how: "nobody votes where one member cannot",
    wrong: nobodyIsAsked,
    kind: "mirror",
    part: "2 narrow",
    breaks: "G4",
  },
  {
    how: "a vote outlives its worker while another is paused",
    wrong: voteOutlivesWorker,
    part: "2 narrow",
    breaks: "G9",
  },
  {
    how: "a failure is never stale while another is paused",
    wrong: staleFailureIsCurrent,
    part: "2 narrow",
    breaks: "V1",
  },
];

describe("a check finds that", () => {
  test.each(corners)("$how: $part", ({ wrong, kind = "plain", part, breaks }) => {
    expect(foundBy({ jobs: 2, kind, decide: wrong }, part)).toContain(breaks);
  });
});

describe("what is remembered to change nothing", () => {
  const scope: Scope = { jobs: 2, kind: "plain", profile: "narrow", faults: 1 };

  function brokenIn(more: Partial<Scope>): readonly string[] {
    const { violations } = explore(lifecycleSpace({ ...scope, ...more }), { bail: true });
    return violations.map(({ id }) => id);
  }

  test("is found to change something where nothing is remembered", () => {
    expect(brokenIn({ decide: staleFailureIsCurrent, memory: false })).toContain("V1");
  });

  test("is a violation when it does in another group, though no sentence is broken", () => {
    const part: Check & Scope = { ...scope, faults: 0, decide: speedTellsOthers };
    const [found, ...others] = foundIn({ ...part, bail: true }, [part]);
    if (found === undefined) throw new Error("nothing is broken");
    expect(others).toEqual([]);
    expect(found.invariant).toBe("memory");
    const tape = recordTape(found, speedTellsOthers);
    const [again] = replayTape(tape, speedTellsOthers).violations;
    expect(again?.id).toBe("memory");
    expect(replayTape(tape).violations).toEqual([]);
  });
});
