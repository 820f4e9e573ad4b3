/**
 * The check of the lifecycle: which explorations it is made of, and what came of them. A lone job
 * is explored at full width, with everything that an author can ask for; groups with less, which
 * multiplies there without meaning more (plans.ts, words.ts). Together they come by every cell of
 * the tables that can be reached, or the check fails.
 */
import type { Group, Shape } from "../../machines/record.ts";
import type { Decide } from "../../machines/story.ts";
import { Coverage, type Covered, type Explored } from "./coverage.ts";
import { explore, type Exploration, type Exploring } from "./explore.ts";
import { lifecycleSpace, type Scope } from "./lifecycle-space.ts";
import type { Message } from "./message.ts";
import { shapes, type Kind } from "./plans.ts";

export interface Check {
  readonly jobs: number;
  /** A kind by its name, or one driver's shape, which is then explored as it is. */
  readonly kind: Kind | Shape;
  /** Workers lost, or taken away, for each job of the group; default none. */
  readonly faults?: number;
  /** Like members are taken for one another where there are three or more; default true. */
  readonly symmetry?: boolean;
  /** What decides; default the lifecycle. */
  readonly decide?: Decide;
  /** Stops at the first violation; cells that were not reached are then not spoken of. */
  readonly bail?: boolean;
  /** Called every few hundred states. */
  readonly onProgress?: (part: Scope, soFar: Progress) => void;
}

type Progress = Parameters<NonNullable<Exploring<Group, Message>["onProgress"]>>[0];

/** A part of the check: one exploration. */
export type Part = Pick<Exploration<Message>, "states" | "transitions" | "depth"> & {
  readonly scope: Scope;
};

export interface LifecycleViolation {
  /** Its number, `throws`, `memory`, or `coverage`. */
  readonly invariant: string;
  readonly text: string;
  /** Empty for a cell that was not reached. */
  readonly sequence: readonly Message[];
  /** What leads back to where the sequence ends. */
  readonly loop?: readonly Message[];
  /** In which exploration it was found; absent for a cell that was not reached. */
  readonly scope?: Scope;
}

export interface LifecycleCheck {
  readonly parts: readonly Part[];
  readonly states: number;
  readonly transitions: number;
  /** The explorations' own, then the cells that were not reached. */
  readonly violations: readonly LifecycleViolation[];
  readonly coverage: Covered;
}

/** From here on like members are taken for one another: debts cost too much otherwise. */
const symmetryJobsMin = 3;
const lossesOfRecovery = 5;

/**
 * The explorations that a check is made of, small ones first. What becomes of a run that is lost
 * again and again does not depend on what it can do, and is asked of plain jobs and of drivers; two
 * jobs with everything, or that finish each by itself, are few enough only where none becomes ready.
 * There a check that asks for no faults has two jobs lose a worker each, too.
 */
export function partsOf({
  jobs,
  kind,
  faults = 0,
  symmetry = true,
  decide,
}: Check): readonly Scope[] {
  const base = { kind, ...(decide === undefined ? {} : { decide }) };
  const lone = { ...base, jobs: 1, symmetry: false };
  const parts: Scope[] = [{ ...lone, profile: "wide", faults: Math.max(1, faults) }];
  if (kind !== "mirror") parts.push({ ...lone, profile: "recovery", faults: lossesOfRecovery });
  if (jobs === 1) return parts;
  const { can } = typeof kind === "string" ? shapes[kind] : kind;
  const isPlain = !can.includes("ready") && faults === 0;
  const two = { ...base, jobs: 2, symmetry: false };
  if (isPlain) parts.push({ ...two, profile: "wide" }, { ...two, profile: "narrow", faults: 1 });
  if (isPlain && jobs === 2) return parts;
  const isMerged = symmetry && jobs >= symmetryJobsMin;
  return [...parts, { ...base, jobs, faults, profile: "narrow", symmetry: isMerged }];
}

/** Runs the check. Deaf to everything else while it runs: minutes for large groups. */
export function checkLifecycle(check: Check): LifecycleCheck {
  const checking = partByPart(check, partsOf(check));
  let next = checking.next();
  while (next.done !== true) next = checking.next();
  return next.value;
}

/** As checkLifecycle, but with a rest after each part. */
export function* partByPart(
  { jobs, bail = false, kind, onProgress }: Check,
  scopes: readonly Scope[],
): Generator<Part, LifecycleCheck> {
  const coverage = new Coverage();
  const parts: Part[] = [];
  const violations: LifecycleViolation[] = [];
  for (const scope of scopes) {
    const space = lifecycleSpace({ ...scope, onAnswer: (step) => coverage.see(step) });
    const {
      states,
      transitions,
      depth,
      violations: found,
    } = explore(space, {
      bail,
      onProgress: (soFar) => onProgress?.(scope, soFar),
    });
    const part = { scope, states, transitions, depth };
    parts.push(part);
    yield part;
    for (const { id, ...rest } of found) violations.push({ invariant: id, ...rest, scope });
    if (bail && violations.length > 0) break;
  }
  const covered = coverage.result(exploredBy(jobs, kind));
  const isCut = bail && violations.length > 0;
  return {
    parts,
    states: sum(parts.map(({ states }) => states)),
    transitions: sum(parts.map(({ transitions }) => transitions)),
    violations: [...violations, ...(isCut ? [] : covered.missing.map(unreached))],
    coverage: covered,
  };
}

function exploredBy(jobs: number, kind: Kind | Shape): Explored {
  return typeof kind === "string"
    ? { jobs, shape: shapes[kind], isAlone: false }
    : { jobs, shape: kind, isAlone: true };
}

function unreached(cell: string): LifecycleViolation {
  const text = `coverage every cell of the tables is reached: never came by '${cell}'`;
  return { invariant: "coverage", text, sequence: [] };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
