/**
 * A tape: the real inputs of a violation's sequence, to be played again, step by step, on this
 * lifecycle or on a mended one. Forms are left behind: whole records, a clock that goes on.
 */
import { z } from "zod";
import { checks } from "../../machines/checks.ts";
import { offerOf, timersOf } from "../../machines/duty.ts";
import type { Input } from "../../machines/input.ts";
import { decide as lifecycle } from "../../machines/lifecycle.ts";
import { capabilities, emptyGroup, type Group } from "../../machines/record.ts";
import type { Decide } from "../../machines/story.ts";
import { violationsOf, type Violation } from "../invariants/invariants.ts";
import type { Trace, TraceStep } from "../trace/trace.ts";
import { answerOf } from "./answer.ts";
import type { LifecycleViolation } from "./check-lifecycle.ts";
import { explore } from "./explore.ts";
import { now } from "./forms.ts";
import { gid, lifecycleSpace } from "./lifecycle-space.ts";
import { speakerOf, type Message } from "./message.ts";

const word = z
  .string()
  .refine((verb) => ["create", "void"].includes(verb) || Object.hasOwn(checks, verb), {
    error: ({ input }) => `'${String(input)}' is nothing that can be said to a job`,
  });

const schema = z.object({
  format: z.literal("jobchart-tape"),
  version: z.literal(1),
  kind: z.literal("check"),
  /** The number of what was broken. */
  invariant: z.string(),
  /** What was explored when it was found. */
  scope: z.object({
    jobs: z.int().positive(),
    kind: z.union([
      z.enum(["plain", "mirror"]),
      z.object({
        can: z.array(z.enum(capabilities)),
        place: z.enum(["anywhere", "host"]),
        recover: z.enum(["resume", "restart", "fail"]),
      }),
    ]),
    profile: z.enum(["core", "narrow", "wide", "recovery"]),
    faults: z.int().nonnegative(),
    symmetry: z.boolean(),
  }),
  inputs: z
    .array(z.looseObject({ id: z.string(), by: z.string(), at: z.int(), verb: word }))
    .min(1, "holds nothing to play"),
  /** What else matters of each input, in words; empty for nothing. */
  details: z.array(z.string()),
  /** How many inputs at the end lead back to where they began. */
  loop: z.int().nonnegative(),
});

export type Tape = Omit<z.infer<typeof schema>, "inputs"> & { readonly inputs: readonly Input[] };

/** Reads a tape; fails with a TypeError that says what is wrong with the text. */
export function readTape(text: string): Tape {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TypeError("expected a tape that 'check' wrote, found no JSON", { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data as Tape;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw new TypeError(
    `expected a tape that 'check' wrote: ${where === "" ? "" : `${where}: `}${issue?.message}`,
  );
}

/** Says nothing outside of its exploration: the facts of a creation show its plan. */
const planNumber = /^plan \d+(?:, )?/;

/** The tape of a violation: its messages as they would really be said, one second apart. */
export function recordTape(
  { invariant, sequence, loop = [], scope }: LifecycleViolation,
  decide: Decide = lifecycle,
): Tape {
  if (scope === undefined) throw new Error(`${invariant} has no sequence to record`);
  const inputs: Input[] = [];
  let group = emptyGroup(gid);
  for (const message of [...sequence, ...loop]) {
    const input = realInput(message, group, inputs.length + 1);
    inputs.push(input);
    group = answerOf(decide, group, input).decision.next;
  }
  const { jobs, kind, profile, faults = 0, symmetry = true } = scope;
  return {
    format: "jobchart-tape",
    version: 1,
    kind: "check",
    invariant,
    scope: {
      jobs,
      kind: typeof kind === "string" ? kind : { ...kind, can: [...kind.can] },
      profile,
      faults,
      symmetry,
    },
    inputs,
    details: [...sequence, ...loop].map(({ detail = "" }) => detail.replace(planNumber, "")),
    loop: loop.length,
  };
}

/** The message as it is really said: at its time, or when all that the job awaits is due. */
export function realInput(message: Message, group: Group, ordinal: number): Input {
  const job = group.jobs[message.place];
  const dueAts = job === undefined ? [] : [offerOf(job)?.at ?? 0, ...timersOf(job).map(dueAtOf)];
  const soon = now + 1_000 * ordinal;
  const at = message.isLate ? Math.max(soon, ...dueAts) : soon;
  return { id: `c${ordinal}`, by: speakerOf(message), at, ...message.said(group) };
}

function dueAtOf({ dueAt }: { readonly dueAt: number }): number {
  return dueAt;
}

export interface Replayed {
  readonly trace: Trace;
  /** What each step broke, in order; then what was owed at the end, if that is the tape's matter. */
  readonly violations: readonly Violation[];
}

/** Plays a tape. */
export function replayTape(tape: Tape, decide: Decide = lifecycle): Replayed {
  const steps: TraceStep[] = [];
  const violations: Violation[] = [];
  let before = emptyGroup(gid);
  for (const [index, input] of tape.inputs.entries()) {
    const { decision, thrown } = answerOf(decide, before, input);
    const { next, events, refusal } = decision;
    const step = { before, input, decision, decide };
    violations.push(...(thrown === undefined ? violationsOf(step) : [thrown]));
    const detail = tape.details[index] ?? "";
    const job = "uid" in input ? next.jobs.find(({ uid }) => uid === input.uid)?.id : undefined;
    steps.push({
      by: input.by,
      verb: input.verb,
      ...(job === undefined ? {} : { job }),
      ...(detail === "" ? {} : { detail }),
      at: input.at,
      events,
      ...(refusal === undefined ? {} : { refusal }),
      after: next,
    });
    before = next;
  }
  if (violations.length === 0) violations.push(...foundFrom(before, tape, decide));
  const [first] = violations;
  return { trace: { steps, ...(first === undefined ? {} : { broken: first.text }) }, violations };
}

/**
 * What no single step can break: what must come true in the end is looked for from here, and what
 * a word does to like jobs in different groups, everywhere.
 */
function foundFrom(group: Group, { invariant, scope }: Tape, decide: Decide): readonly Violation[] {
  const isOwed = invariant.startsWith("E");
  if (!isOwed && invariant !== "memory") return [];
  const space = lifecycleSpace({ ...scope, decide }, isOwed ? group : emptyGroup(gid));
  const { violations } = explore(space);
  return violations.filter(({ id }) => (isOwed ? id.startsWith("E") : id === invariant));
}
