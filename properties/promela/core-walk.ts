/**
 * The TypeScript's side of the second opinion: the explorer's walk of the core profile, in the
 * words of the Promela model.
 */
import { explore } from "../explore/explore.ts";
import { lifecycleSpace } from "../explore/lifecycle-space.ts";
import { shapes, type Plan } from "../explore/plans.ts";
import { projected } from "./projection.ts";
import type { ModelOptions } from "./spin.ts";

export interface CoreWalk {
  /** In the form of projection.ts. */
  readonly states: ReadonlySet<string>;
  /** What was accepted, `verb job: state > state`, jobs being counted from 0. */
  readonly steps: ReadonlySet<string>;
  readonly violations: readonly string[];
}

/** Walks every state of such a group, with nothing taken for anything else. */
export function walkCore({ kind, members }: Omit<ModelOptions, "broken">): CoreWalk {
  const states = new Set<string>();
  const steps = new Set<string>();
  const plan: Plan = {
    completion: "grouped",
    members: members.map((member, place) => ({
      ...shapes[kind],
      ...member,
      id: "abcdefgh".charAt(place),
    })),
  };
  const space = lifecycleSpace({
    jobs: members.length,
    kind,
    profile: "core",
    plans: [plan],
    symmetry: false,
    memory: false,
    onAnswer: ({ before, input, decision }) => {
      if (!("uid" in input) || decision.refusal !== undefined) return;
      const place = before.jobs.findIndex(({ uid }) => uid === input.uid);
      const verb = input.verb === "cancel" && input.soft === true ? "soft cancel" : input.verb;
      steps.add(`${verb} ${place}: ${projected(before)} > ${projected(decision.next)}`);
    },
  });
  const { violations } = explore(space, {
    onState: (group) => {
      if (group.jobs.length > 0) states.add(projected(group));
    },
  });
  return { states, steps, violations: violations.map(({ text }) => text) };
}
