/**
 * Units: sizes, speeds and durations as people write and read them. Inside they are bytes, bytes a
 * second and milliseconds.
 */
import { UsageError } from "./usage-error.ts";

const powers = ["", "k", "m", "g", "t", "p"] as const;
const binary = 1024;
const decimal = 1000;

/**
 * `2MiB`, `1.5G`, `500k`, `100`: k, M, G are powers of 1024, kB, MB, GB of 1000. A sign stays, for
 * the lifecycle to refuse. Fails with UsageError.
 */
export function parseSize(text: string, what: string): number {
  const found = /^([+-]?\d+(?:\.\d+)?) ?([kmgtp]?)(i?b)?$/i.exec(text);
  if (found === null) {
    throw new UsageError(`${what}: expected a size as 500k, 2MiB or 1.5G, found '${text}'`);
  }
  const [, amount = "", prefix = "", unit = ""] = found;
  const base = unit.toLowerCase() === "b" ? decimal : binary;
  const size = Math.round(Number(amount) * base ** powers.indexOf(lower(prefix)));
  if (Number.isSafeInteger(size)) return size;
  throw new UsageError(`${what}: '${text}' is more than can be counted`);
}

/** As parseSize; `/s` may follow. */
export function parseSpeed(text: string, what: string): number {
  return parseSize(text.replace(/ ?\/s$/, ""), what);
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `90s`, `5m`, `2h30m`, `1d`, `100ms`; bare numbers are seconds. Fails with UsageError. */
export function parseDuration(text: string, what: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?) ?(ms|s|m|h|d)?/g)];
  const isWhole = parts.map(([part]) => part).join("") === text;
  const isClear = parts.length === 1 || parts.every(([, , unit]) => unit !== undefined);
  if (parts.length === 0 || !isWhole || !isClear) {
    throw new UsageError(`${what}: expected a duration as 90s, 5m or 2h30m, found '${text}'`);
  }
  const ms = parts.map(([, amount, unit = "s"]) => Number(amount) * (unitMs[unit] ?? 0));
  return Math.round(ms.reduce((sum, each) => sum + each, 0));
}

/** `1.2 GiB`. */
export function sizeText(bytes: number): string {
  if (bytes < binary) return `${bytes} B`;
  const power = Math.min(powers.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / binary ** power;
  const digits = amount < 10 ? 1 : 0;
  return `${amount.toFixed(digits)} ${powers[power]?.toUpperCase()}iB`;
}

/** `480 ms`, `1.4 s`, `14 s`, `2 min 05 s`, `2 min`, `1 h 02 min`, `3 d 4 h`, `30 d`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return inTwo(seconds, { each: 60, units: ["min", "s"], digits: 2 });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 24 * 60) return inTwo(minutes, { each: 60, units: ["h", "min"], digits: 2 });
  return inTwo(Math.floor(minutes / 60), { each: 24, units: ["d", "h"], digits: 1 });
}

interface Parts {
  /** How many of the smaller unit make one of the greater. */
  readonly each: number;
  readonly units: readonly [greater: string, smaller: string];
  readonly digits: number;
}

/** The count, which is of the smaller unit, in both; in the greater alone where that is all. */
function inTwo(count: number, { each, units: [greater, smaller], digits }: Parts): string {
  const rest = count % each;
  const first = `${Math.floor(count / each)} ${greater}`;
  return rest === 0 ? first : `${first} ${String(rest).padStart(digits, "0")} ${smaller}`;
}

function lower(prefix: string): (typeof powers)[number] {
  return prefix.toLowerCase() as (typeof powers)[number];
}

/** `1 job`, `2 jobs`, `15,036 states`. */
export function counted(count: number, thing: string): string {
  return `${grouped(count)} ${thing}${count === 1 ? "" : "s"}`;
}

/** A whole number: `15,036`. */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString("en");
}
