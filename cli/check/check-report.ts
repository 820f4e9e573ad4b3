/** What `check` prints of each exploration, and what `--json` gives of each violation. */
import type { LifecycleViolation, Part } from "../../properties/explore/check-lifecycle.ts";
import type { Scope } from "../../properties/explore/lifecycle-space.ts";
import { spoken } from "../../properties/explore/message.ts";
import { recordTape, type Tape } from "../../properties/explore/tape.ts";
import type { Profile } from "../../properties/explore/words.ts";
import { counted, grouped } from "../units.ts";

export type Format = "text" | "mermaid" | "itf";

/** A part with the time that it took. */
export interface Timed {
  readonly title: string;
  readonly part: Part;
  readonly seconds: number;
}

/** A violation as `--json` gives it. */
export interface Shown {
  readonly invariant: string;
  readonly text: string;
  readonly sequence: readonly string[];
  /** What can be said for ever after it. */
  readonly loop?: readonly string[];
  readonly tape?: Tape;
}

const breadths: Readonly<Record<Profile, string>> = {
  core: "what is said when all goes well",
  narrow: "everything but holds, time limits, retries, stops on error, failing steps",
  wide: "everything",
  recovery: "everything but finishing steps, with checkpoints",
};

/** `plain: 3 jobs, no faults: 15,036 states, …` */
export function partText({ title, part, seconds }: Timed): string {
  const { scope, states, transitions } = part;
  const { jobs, kind, profile, symmetry = true } = scope;
  const mixed = jobs > 1 && typeof kind === "string" ? "; also beside members that only run" : "";
  const merged = symmetry && jobs > 1 ? "; like members as one, debts (E4 to E9) not asked" : "";
  const counts = `${grouped(states)} states, ${grouped(transitions)} transitions`;
  const pace = `${seconds.toFixed(1)} s, ${grouped(states / Math.max(seconds, 0.001))} states/s`;
  return `${groupText(title, scope).padEnd(32)} ${counts.padEnd(40)} ${pace}\n  ${breadths[profile]}${mixed}${merged}`;
}

/** `plain: 2 jobs, 1 fault each`. */
export function groupText(title: string, { jobs, faults = 0 }: Scope): string {
  const each = jobs > 1 ? " each" : "";
  const lost = faults === 0 ? "no faults" : `${counted(faults, "fault")}${each}`;
  return `${title}: ${counted(jobs, "job")}, ${lost}`;
}

export function shown(violation: LifecycleViolation): Shown {
  const { invariant, text, sequence, loop, scope } = violation;
  return {
    invariant,
    text,
    sequence: sequence.map(spoken),
    ...(loop === undefined ? {} : { loop: loop.map(spoken) }),
    ...(scope === undefined ? {} : { tape: recordTape(violation) }),
  };
}
