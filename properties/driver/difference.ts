/** The first place at which two JSON values differ, in words. */
import type { Json, JsonObject } from "../../actors/driver.ts";

const charsMax = 200;

/** `.names[2]: found "x", expected nothing`; undefined when the two are equal. */
export function difference(found: unknown, expected: unknown, path = ""): string | undefined {
  if (isComposite(found) && isComposite(expected)) {
    if (Array.isArray(found) === Array.isArray(expected)) {
      return inMembers(membersOf(found), membersOf(expected), path);
    }
  } else if (Object.is(found, expected)) return undefined;
  const place = path === "" ? "" : `${path}: `;
  return `${place}found ${shown(found)}, expected ${shown(expected)}`;
}

type Members = ReadonlyMap<string, Json>;

function isComposite(value: unknown): value is JsonObject | readonly Json[] {
  return typeof value === "object" && value !== null;
}

function membersOf(value: JsonObject | readonly Json[]): Members {
  const isList = Array.isArray(value);
  const named = Object.entries(value as JsonObject);
  return new Map(named.map(([name, each]) => [isList ? `[${name}]` : `.${name}`, each]));
}

function inMembers(found: Members, expected: Members, path: string): string | undefined {
  for (const name of new Set([...expected.keys(), ...found.keys()])) {
    const differs = difference(found.get(name), expected.get(name), path + name);
    if (differs !== undefined) return differs;
  }
  return undefined;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return "nothing";
  return text.length > charsMax ? `${text.slice(0, charsMax)}…` : text;
}
