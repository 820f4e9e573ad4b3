/** An answer: what a lifecycle decided, or that it threw, which it never should. */
import type { Input } from "../../machines/input.ts";
import type { Decision } from "../../machines/lifecycle.ts";
import type { Group } from "../../machines/record.ts";
import type { Decide } from "../../machines/story.ts";
import type { Violation } from "../invariants/invariants.ts";

export interface Answer {
  readonly decision: Decision;
  /** It threw: nothing was decided. */
  readonly thrown?: Violation;
}

export function answerOf(decide: Decide, group: Group, input: Input): Answer {
  try {
    return { decision: decide(group, input) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const text = `throws: the lifecycle answers, and never throws: ${why}`;
    return {
      decision: { events: [], effects: [], next: group },
      thrown: { id: "throws", text },
    };
  }
}
