/**
 * What JSON would lose of a value: checkpoints, results and the like are read back by another
 * process, as text. An absent member and one that is undefined are the same thing to JSON.
 */
import { inspect } from "node:util";

/** The first loss, in words that begin with its place; undefined when nothing is lost. */
export function lossIn(value: unknown, path = "it"): string | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number") {
    return Number.isFinite(value) ? undefined : `${path} is ${value}, which JSON does not have`;
  }
  if (Array.isArray(value)) {
    return firstOf(value, (each, index) => lossIn(each ?? null, `${path}[${index}]`));
  }
  if (typeof value !== "object" || !isPlain(value)) {
    return `${path} is ${shown(value)}, which JSON does not have`;
  }
  return firstOf(Object.entries(value), ([name, member]) =>
    member === undefined ? undefined : lossIn(member, `${path}.${name}`),
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) return `a ${value.constructor.name}`;
  return typeof value === "function" ? "a function" : inspect(value);
}

function firstOf<T, R>(list: readonly T[], found: (item: T, index: number) => R | undefined) {
  for (const [index, item] of list.entries()) {
    const result = found(item, index);
    if (result !== undefined) return result;
  }
  return undefined;
}
