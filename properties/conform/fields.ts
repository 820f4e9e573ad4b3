/** The fields in which a recorded fact differs from the one that was due, and how they read. */
import { canonical } from "../../machines/json.ts";
import type { Fact } from "../../machines/fact.ts";
import { isoOf } from "../../projections/iso-time.ts";
import { valueText } from "../trace/value-text.ts";

export interface Field {
  /** Its path in the fact: `endedAt`, `stuck.retryAt`. */
  readonly name: string;
  readonly found: unknown;
  /** What it would be. */
  readonly wanted: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Past this there is no calendar, in milliseconds since 1970. */
const lastMs = 8.64e15;
/** Deeper than this a value is shown as a whole. */
const levelsMax = 3;
const instant = /(?:At|Since)$|^(?:deadline|notBefore)$/;

/** The innermost fields that differ, those of the due fact first. */
export function differingFields(seen: Fact, due: Fact): readonly Field[] {
  return within(flat(seen), flat(due), []);
}

/** `endedAt 2026-11-20T18:00:00.000Z`. */
export function fieldText(name: string, value: unknown): string {
  return `${name} ${readable(name, value)}`;
}

/** `vote is 2, it would be 1`. */
export function fieldDifference({ name, found, wanted }: Field): string {
  return `${name} is ${readable(name, found)}, it would be ${readable(name, wanted)}`;
}

function flat({ set, ...rest }: Fact): Fields {
  return { ...rest, ...set };
}

function within(found: Fields, wanted: Fields, path: readonly string[]): readonly Field[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])];
  return names.flatMap((name) => differing(found[name], wanted[name], [...path, name]));
}

function differing(found: unknown, wanted: unknown, path: readonly string[]): readonly Field[] {
  const isSame = canonical([found]) === canonical([wanted]);
  if (isSame && (found === undefined) === (wanted === undefined)) return [];
  const isDeep = path.length >= levelsMax;
  if (!isDeep && isFields(found) && isFields(wanted)) return within(found, wanted, path);
  return [{ name: path.join("."), found, wanted }];
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readable(name: string, value: unknown): string {
  const isTime = typeof value === "number" && instant.test(name) && Math.abs(value) <= lastMs;
  return isTime ? isoOf(value) : valueText(value);
}
