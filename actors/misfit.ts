/**
 * What is wrong with given arguments, in QEMU's words where it has them
 * (`qapi/qobject-input-visitor.c`): missing, unexpected, of another type.
 */
import type { z } from "zod";
import type { JsonObject } from "../machines/json.ts";

/** What JSON Schema, and who writes JSON, calls what the schema library calls otherwise. */
const jsonNames: Readonly<Record<string, string>> = { int: "integer", record: "object" };

const namesShown = 10;
const charsShown = 100;

/**
 * The text of the first issue that a schema has with `given`. `schema`: as JSON Schema, where there
 * is one; what it describes says what a text of a form of its own is to be.
 */
export function misfitText(
  issue: z.core.$ZodIssue,
  given: unknown,
  schema: JsonObject = {},
): string {
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
    const more = issue.values.length > namesShown ? ", …" : "";
    const values = issue.values.slice(0, namesShown).map(String).join(", ");
    return `${unaccepted(name, valueAt(given, issue.path))}: it takes ${values}${more}`;
  }
  const described = issue.code === "invalid_format" ? describedAt(schema, issue.path) : undefined;
  if (described !== undefined) {
    return `${unaccepted(name, valueAt(given, issue.path))}: ${described}`;
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

function unaccepted(name: string, value: unknown): string {
  const text = String(value);
  const shown = text.length > charsShown ? `${text.slice(0, charsShown)}…` : text;
  return `Parameter '${name}' does not accept value '${shown}'`;
}

function describedAt(schema: JsonObject, path: readonly PropertyKey[]): string | undefined {
  const property = valueAt(
    schema,
    path.flatMap((key) => ["properties", key]),
  );
  const description = (property as JsonObject | undefined)?.["description"];
  return typeof description === "string" ? description : undefined;
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key],
    given,
  );
}
