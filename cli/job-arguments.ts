/**
 * Arguments from a command line: positional words for the texts that a type requires, in the order
 * of its schema, and for the list of texts that it requires; `--arg k=v` for texts, `--arg k:=json` for all else; `--args FILE` for all at once.
 */
import type { JsonObject } from "../machines/json.ts";
import type { Refusal } from "../machines/refusal.ts";
import type { Call } from "./call.ts";
import { object } from "./job-keys.ts";
import { programAdvice } from "./parse-words.ts";
import { parseJson } from "./parse-json.ts";
import { nameOf, readText } from "./read-text.ts";
import { shellWord } from "./shell-word.ts";
import { UsageError } from "./usage-error.ts";

const bytesMax = 1024 ** 2;

/** What `--args`, the words and `--arg` say together; the later overrule. Fails with UsageError. */
export async function argumentsOf(
  call: Call,
  words: readonly string[],
  schema: JsonObject,
): Promise<JsonObject> {
  const file = call.text("args");
  const given = file === undefined ? {} : await fromFile(file);
  return { ...given, ...positional(words, schema), ...assignments(call.texts("arg"), "--arg") };
}

/** `k=v` is a text, `k:=json` whatever the JSON says. */
export function assignments(words: readonly string[], what: string): JsonObject {
  return Object.fromEntries(
    words.map((word) => {
      const [, name, isJson, value = ""] = /^([^=:]+)(:)?=(.*)$/s.exec(word) ?? [];
      if (name === undefined) {
        throw new UsageError(`${what}: expected NAME=TEXT or NAME:=JSON, found '${word}'`);
      }
      return [name, isJson === undefined ? value : parseJson(value, `${what} ${name}`)];
    }),
  );
}

/** `k=v`, all of them texts, and one for each name. Fails with UsageError. */
export function textAssignments(
  words: readonly string[],
  what: string,
): Readonly<Record<string, string>> {
  const texts = new Map<string, string>();
  for (const word of words) {
    const [, name, value = ""] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    if (name === undefined) {
      throw new UsageError(`${what}: expected NAME=TEXT, found '${word}'`);
    }
    const other = texts.get(name) ?? value;
    if (other !== value) {
      throw new UsageError(`${what}: '${name}' is one text, not both '${other}' and '${value}'`);
    }
    texts.set(name, value);
  }
  return Object.fromEntries(texts);
}

/** What to write where a program is missing, or `--arg k=v` gave a text for something else; or nothing. */
export function adviceOnArguments(call: Call, { guard, refused }: Refusal): string {
  if (refused === "Parameter 'argv' is missing") return `; ${programAdvice}`;
  const [, name, type] = /^Invalid parameter type for '(.+)', expected: (\w+)$/.exec(refused) ?? [];
  const word = call.texts("arg").findLast((each) => each.startsWith(`${name}=`));
  if (guard !== "args" || name === undefined || word === undefined || type === "string") return "";
  const value = word.slice(name.length + 1);
  return isJson(value) ? `; write --arg ${shellWord(`${name}:=${value}`)}` : "";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function fromFile(path: string): Promise<JsonObject> {
  const name = nameOf(path);
  return object(parseJson(await readText(path, bytesMax), name), name);
}

function positional(words: readonly string[], schema: JsonObject): JsonObject {
  const names = required(schema, isText);
  const [list] = required(schema, isTextList);
  const rest = words.slice(names.length);
  const [extra] = rest;
  if (extra !== undefined && list === undefined) {
    const takes =
      names.length === 0 ? "no words" : names.map((name) => name.toUpperCase()).join(" ");
    throw new UsageError(`Unexpected word '${extra}': after the type it takes ${takes}`);
  }
  const texts = words.slice(0, names.length).map((word, index) => [names[index] ?? "", word]);
  return {
    ...Object.fromEntries(texts),
    ...(list === undefined || extra === undefined ? {} : { [list]: rest }),
  };
}

/** The required properties of a sort, in the order of the schema. */
function required(schema: JsonObject, isOfSort: (property: JsonObject) => boolean) {
  const names = (schema["required"] ?? []) as readonly string[];
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, JsonObject>>;
  return names.filter((name) => isOfSort(properties[name] ?? {}));
}

function isText({ type }: JsonObject): boolean {
  return type === "string";
}

function isTextList({ type, items }: JsonObject): boolean {
  return type === "array" && isText(items as JsonObject);
}
