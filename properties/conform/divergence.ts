/**
 * A divergence: where a recorded history leaves what the lifecycle allows, in words. Thrown while
 * a history is judged; the judge makes the verdict of it.
 */
import { canonical } from "../../machines/json.ts";
import type { Fact } from "../../machines/fact.ts";
import type { Decision } from "../../machines/lifecycle.ts";
import { factText } from "../trace/fact-text.ts";
import type { Awaited } from "./ahead.ts";
import { differingFields, fieldDifference, fieldText, type Field } from "./fields.ts";

export interface Difference {
  readonly observed: string;
  /** What would have been legal, likeliest first. */
  readonly expected: readonly string[];
  readonly explanation: string;
  /** The fields of a fact that is otherwise right; default none. */
  readonly fields?: readonly Field[];
  /** The commit that was due where another stood. */
  readonly awaited?: Awaited;
}

export class Divergence extends Error implements Difference {
  override readonly name = "Divergence";
  readonly observed: string;
  readonly expected: readonly string[];
  readonly explanation: string;
  readonly awaited?: Awaited;

  constructor({ observed, expected, explanation, awaited }: Difference) {
    super(explanation);
    this.observed = observed;
    this.expected = expected;
    this.explanation = explanation;
    if (awaited !== undefined) this.awaited = awaited;
  }
}

/** How recorded facts differ from those that were decided; undefined when they are the same. */
export function differenceOf(
  recorded: readonly Fact[],
  { events, refusal }: Decision,
): Difference | undefined {
  const found = recorded.map(canonical);
  const wanted = events.map(canonical);
  const at = found.findIndex((fact, index) => fact !== wanted[index]);
  const index = at === -1 ? found.length : at;
  if (index === found.length && index === wanted.length) return undefined;
  const seen = recorded[index];
  const due = events[index];
  const observed = seen === undefined ? "nothing more in this commit" : factText(seen);
  if (refusal !== undefined && events.length === 0) {
    const { refused, legal = [] } = refusal;
    return { observed, expected: legal, explanation: `it would have been refused: ${refused}` };
  }
  const expected = [due === undefined ? "nothing more" : factText(due)];
  const moved = movedText(index, { found, wanted, seen, due });
  if (moved !== undefined) return { observed, expected, explanation: moved };
  const place = `event ${index + 1} of the commit`;
  if (seen && due && seen.uid === due.uid && seen.kind === due.kind && seen.to === due.to) {
    return inFields(seen, due, place);
  }
  const explanation = `${place} is not what the lifecycle makes of the request`;
  return { observed, expected, explanation };
}

interface Compared {
  readonly found: readonly string[];
  readonly wanted: readonly string[];
  readonly seen: Fact | undefined;
  readonly due: Fact | undefined;
}

/** The facts are right, but that one is missing, one too many, or some stand elsewhere. */
function movedText(index: number, { found, wanted, seen, due }: Compared): string | undefined {
  const place = `event ${index + 1} of the commit`;
  if (due && isSame(found.slice(index), wanted.slice(index + 1))) {
    return `${place} is missing: ${factText(due)}`;
  }
  if (seen && isSame(found.slice(index + 1), wanted.slice(index))) {
    return `${place} is one too many: ${factText(seen)}`;
  }
  if (isSame(found.toSorted(), wanted.toSorted())) {
    return `the events are those of the lifecycle, but in another order from ${place} on`;
  }
  return undefined;
}

function isSame(ours: readonly string[], theirs: readonly string[]): boolean {
  return ours.join("\n") === theirs.join("\n");
}

/** Whose fact it is, and of it only what differs. */
function inFields(seen: Fact, due: Fact, place: string): Difference {
  const { set: _set, ...bare } = seen;
  const whose = bare.to === undefined ? (bare.job ?? "all") : factText(bare);
  const fields = differingFields(seen, due);
  const shown = fields.map(({ name, found }) => fieldText(name, found)).join(", ");
  return {
    observed: `${whose}: ${shown}`,
    expected: [fields.map(({ name, wanted }) => fieldText(name, wanted)).join(", ")],
    explanation: `${place}: ${fields.map(fieldDifference).join("; ")}`,
    fields,
  };
}
