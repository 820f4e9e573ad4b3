/**
 * What the model-based tests draw: groups of mixed members, and lists of moves. A move is a few
 * small numbers that moves.ts reads against the state of the moment, so that a shorter list is
 * still a sensible one and a failure shrinks.
 */
import type { Arbitrary } from "fast-check";
import { capabilities, errorPolicies } from "../../machines/record.ts";
import type { Member } from "../../machines/story.ts";
import { fastCheck } from "../fast-check.ts";

export interface Plan {
  readonly members: readonly Member[];
  readonly completion: "grouped" | "individual";
  /** The jobs are claimed in the commit that creates them. */
  readonly isClaimed: boolean;
  /** A `void` comes first: nothing is ever created. */
  readonly isVoided: boolean;
}

export interface Move {
  readonly kind: "fair" | "verb" | "report" | "system" | "repeat";
  /** Whom it is about, what is said, and how oddly: indices, taken modulo what there is. */
  readonly who: number;
  readonly what: number;
  readonly odd: number;
  /** How far the clock is moved first; it may go back. */
  readonly stepMs: number;
}

const start = Date.UTC(2025, 10, 20, 6);

/** Groups of one to four mixed members, and how they are created. */
export function plans(): Arbitrary<Plan> {
  const fc = fastCheck();
  return fc.record({
    members: members(),
    completion: rarely(true).map((rare) => (rare ? "individual" : "grouped")),
    isClaimed: fc.boolean(),
    isVoided: fc.nat(49).map((drawn) => drawn === 0),
  });
}

/** Up to sixty moves. */
export function moveLists(): Arbitrary<readonly Move[]> {
  const fc = fastCheck();
  const kind = fc.oneof(
    { weight: 9, arbitrary: fc.constant("fair" as const) },
    { weight: 4, arbitrary: fc.constant("verb" as const) },
    { weight: 8, arbitrary: fc.constant("report" as const) },
    { weight: 2, arbitrary: fc.constant("system" as const) },
    { weight: 1, arbitrary: fc.constant("repeat" as const) },
  );
  const move: Arbitrary<Move> = fc.record({
    kind,
    who: fc.nat(3),
    what: fc.nat(19),
    odd: fc.nat(11),
    stepMs: fc.constantFrom(0, 1, 1_000, 4_000, 60_000, -500),
  });
  return fc.array(move, { maxLength: 60, size: "max" });
}

function members(): Arbitrary<readonly Member[]> {
  return fastCheck()
    .array(asked(), { minLength: 1, maxLength: 4 })
    .map((drawn) =>
      drawn.map((fields, index): Member => {
        const said = Object.entries(fields).filter(([, value]) => value !== undefined);
        return { id: "abcd".charAt(index), priority: 3 * index, ...Object.fromEntries(said) };
      }),
    );
}

function asked() {
  const fc = fastCheck();
  return fc.record({
    can: fc.oneof(fc.constant(capabilities), fc.subarray([...capabilities])),
    place: fc.constantFrom("anywhere" as const, "host" as const),
    recover: fc.constantFrom("resume" as const, "restart" as const, "fail" as const),
    autoFinalize: rarely(false),
    autoDismiss: fc.boolean(),
    held: rarely(true),
    speed: fc.nat(29).map((drawn) => (drawn === 0 ? -1 : drawn)),
    onError: fc.constantFrom(...errorPolicies),
    retry: fc.integer({ min: 1, max: 3 }).map((attempts) => ({
      attempts,
      backoffMs: 1_000,
      maxMs: 10_000,
    })),
    notBefore: perhaps(fc.constant(start + 5_000)),
    timeoutMs: perhaps(fc.constantFrom(5_000, 60_000)),
    deadline: perhaps(fc.constantFrom(start + 20_000, start + 600_000)),
  });
}

function rarely(value: boolean): Arbitrary<boolean> {
  return fastCheck()
    .nat(9)
    .map((drawn) => (drawn === 0 ? value : !value));
}

/** A value once in four, else absent. */
function perhaps<T>(value: Arbitrary<T>): Arbitrary<T | undefined> {
  return fastCheck().option(value, { nil: undefined, freq: 3 });
}
