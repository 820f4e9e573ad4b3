/** Carrying out a verb on all that a job may be: how it may go, and what is believed then. */
import { success, waysOf, type Due, type Target } from "./answers.ts";
import type { Beliefs, BeliefSets } from "./beliefs.ts";
import type { Answer } from "./message.ts";
import type { VerbRequest } from "./request.ts";

/** One way in which a verb may have gone, and all that the job may be then. */
export interface Outcome {
  readonly answer: string;
  readonly due: Due;
  readonly beliefs: Beliefs;
}

/** An answer as the outcomes name it. */
export function answerText(answer: Answer): string {
  return "value" in answer ? success : `${answer.class}: ${answer.text}`;
}

export function carryOut(
  sets: BeliefSets,
  beliefs: Beliefs,
  request: VerbRequest,
  target: Target,
): readonly Outcome[] {
  const ways = beliefs.states.flatMap((state) => waysOf(state, request, target));
  return merged(ways.map(({ answer, due, state }) => ({ answer, due, beliefs: sets.of([state]) })));
}

/** Each way once, without those that have become impossible. */
export function merged(outcomes: readonly Outcome[]): readonly Outcome[] {
  const ways = new Map<string, Outcome>();
  for (const { answer, due, beliefs } of outcomes) {
    if (beliefs.isEmpty) continue;
    const key = `${due} ${answer}`;
    const same = ways.get(key)?.beliefs;
    ways.set(key, { answer, due, beliefs: same === undefined ? beliefs : same.or(beliefs) });
  }
  return [...ways.values()];
}
