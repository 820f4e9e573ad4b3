/** A word that must be one of a few. */
import { suggestion } from "./nearest.ts";
import { UsageError } from "./usage-error.ts";

/** The word as one of those known; fails with UsageError, as `--kind: expected plain or mirror, …`. */
export function choiceOf<T extends string>(text: string, known: readonly T[], what: string): T {
  const found = known.find((each) => each === text);
  if (found !== undefined) return found;
  const hint = suggestion(text, known);
  const end = hint === "" ? "" : `.${hint}`;
  throw new UsageError(`${what}: expected ${either(known)}, found '${text}'${end}`);
}

/** `a, b or c`. */
export function either(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}
