/**
 * Whether a stream that was found is the one that is needed.
 */
import { isDeepStrictEqual } from "node:util";
import { PersistMode, type StreamConfig } from "@nats-io/jetstream";
import { BusError } from "../bus-error.ts";
import type { Wanted } from "./stream-configs.ts";
import { format, formatOf } from "./stream-metadata.ts";

const notCompared = new Set(["name", "description", "num_replicas", "metadata"]);

/** Fails with `foreign`, saying which field is another, and what to do. */
export function checkStream(wanted: Wanted, found: StreamConfig, url: string): void {
  const fields = Object.entries(wanted).filter(([name]) => !notCompared.has(name));
  const actual = new Map<string, unknown>(Object.entries(found));
  for (const [name, expected] of fields) {
    expectField(wanted.name, { name, expected, found: actual.get(name) }, url);
  }
  // Nothing may come in by another way, go on elsewhere, or be acknowledged early.
  for (const name of ["mirror", "sources", "republish", "subject_transform"]) {
    if (name in wanted) continue;
    expectField(wanted.name, { name, expected: undefined, found: actual.get(name) }, url);
  }
  if (found.persist_mode === PersistMode.Async) {
    const field = { name: "persist_mode", expected: "default", found: found.persist_mode };
    expectField(wanted.name, field, url);
  }
}

interface Field {
  readonly name: string;
  readonly expected: unknown;
  readonly found: unknown;
}

function expectField(stream: string, { name, expected, found }: Field, url: string): void {
  if (isDeepStrictEqual(plain(expected), plain(found))) return;
  const is = say(found ?? (expected === true ? false : undefined));
  throw new BusError(
    "foreign",
    `${url}: stream ${stream} has ${name} ${is}, and Jobchart needs ${say(expected)}: put that ` +
      `right (nats stream edit ${stream}), or use another prefix (--prefix)`,
  );
}

/** The server leaves out what is off, and writes "no limit" in two ways. */
function plain(value: unknown): unknown {
  return value === undefined || value === false || value === 0 || value === -1 ? null : value;
}

function say(value: unknown): string {
  return value === undefined ? "none" : JSON.stringify(value);
}

/** Fails with `foreign` for a log that we did not make, with `newer` for one of a later format. */
export function checkFormat(found: StreamConfig, url: string): void {
  const given = formatOf(found);
  if (given === undefined || !Number.isSafeInteger(given)) {
    throw new BusError(
      "foreign",
      `${url}: stream ${found.name} was not made by Jobchart: use another prefix (--prefix)`,
    );
  }
  if (given <= format) return;
  throw new BusError(
    "newer",
    `${url}: stream ${found.name} is of format ${given}, this Jobchart knows ${format}: update it`,
  );
}
