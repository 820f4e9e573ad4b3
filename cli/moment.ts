/** A moment out of `--at`: a position in the log (`120`, `120.3`), or a time. */
import type { Moment } from "../projections/as-of.ts";
import { msOf } from "../projections/iso-time.ts";
import type { Call } from "./call.ts";
import { UsageError } from "./usage-error.ts";

/** `{ at }` when it is given. Fails with UsageError. */
export function momentOf(call: Call): { readonly at?: Moment } {
  const text = call.text("at");
  if (text === undefined) return {};
  const position = positionOf(text);
  if (position !== undefined) return { at: { position } };
  const timeMs = msOf(text);
  if (!Number.isNaN(timeMs)) return { at: { timeMs } };
  throw new UsageError(
    `--at: expected a position or a time, as 2026-11-20T18:00Z, found '${text}'`,
  );
}

/** The position of a commit, or of one of its events; undefined when it is none. */
export function positionOf(text: string): number | undefined {
  const [, position] = /^(\d{1,15})(?:\.\d+)?$/.exec(text) ?? [];
  return position === undefined ? undefined : Number(position);
}
