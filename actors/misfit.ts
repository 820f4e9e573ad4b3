/**
 * What is wrong with given arguments, in QEMU's words where it has them
 * (`qapi/qobject-input-visitor.c`): missing, unexpected, of another type.
 */
import type { z } from "zod";

/** What JSON Schema, and who writes JSON, calls what the schema library calls otherwise. */
const jsonNames: Readonly<Record<string, string>> = { int: "integer", record: "object" };

/** The text of the first issue that a schema has with `given`. */
export function misfitText(issue: z.core.$ZodIssue, given: unknown): string {
  const name = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return `Parameter '${[...issue.path, issue.keys[0]].map(String).join(".")}' is unexpected`;
  }
  if (issue.code === "invalid_type") {
    const what = name === "" ? "the body" : `'${name}'`;
    return valueAt(given, issue.path) === undefined
      ? `Parameter '${name}' is missing`
      : `Invalid parameter type for ${what}, expected: ${jsonNames[issue.expected] ?? issue.expected}`;
  }
  if (issue.code === "invalid_value") {
    return `Parameter '${name}' does not accept value '${String(valueAt(given, issue.path))}'`;
  }
  if (issue.code === "too_small" && issue.origin === "string") {
    return `Parameter '${name}': expected a text that is not empty`;
  }
  if (issue.code === "too_small") {
    const least = issue.inclusive === true ? "at least" : "more than";
    return `Parameter '${name}': expected ${least} ${issue.minimum}`;
  }
  if (issue.code === "too_big") {
    return `Parameter '${name}': expected at most ${issue.maximum}`;
  }
  return name === "" ? issue.message : `Parameter '${name}': ${issue.message}`;
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key],
    given,
  );
}
