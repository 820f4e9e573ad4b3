/**
 * As of: the log as it was at a position or a time. Times may go back from one commit to the next;
 * "at a time" is at the last position whose commit is not later.
 */
import type { Log, Position, Stored } from "../bus/bus.ts";
import { isSummaryText } from "../machines/commit.ts";
import { msOf } from "./iso-time.ts";

/** `timeMs`: milliseconds since 1970. */
export type Moment = { readonly position: Position } | { readonly timeMs: number };

export interface Place {
  /** Of the last commit that counts; 0 when none does. */
  readonly position: Position;
  /** The time that is asked about; for a position that of its commit. */
  readonly timeMs: number;
}

/** Where in the log the moment is. Reads all of the log, but folds none of it. */
export async function placeOf(log: Pick<Log, "readAll">, moment: Moment): Promise<Place> {
  let last: Stored | undefined;
  for await (const batch of log.readAll()) {
    last = batch.findLast((stored) => isBy(stored, moment)) ?? last;
  }
  const position = last?.position ?? 0;
  if ("timeMs" in moment) return { position, timeMs: moment.timeMs };
  return { position, timeMs: last === undefined ? 0 : timeMsOf(last) };
}

function isBy(stored: Stored, moment: Moment): boolean {
  if ("position" in moment) return stored.position <= moment.position;
  return timeMsOf(stored) <= moment.timeMs;
}

/** When the commit was made; NaN, which is not by any time, when it does not say. */
function timeMsOf({ text }: Stored): number {
  try {
    const { at } = JSON.parse(text) as { readonly at?: unknown };
    return typeof at === "string" ? msOf(at) : Number.NaN;
  } catch {
    return Number.NaN;
  }
}

/** The log, ending at the position. */
export function logUpTo(log: Pick<Log, "readAll">, end: Position): Pick<Log, "readAll"> {
  return {
    async *readAll(after) {
      for await (const batch of log.readAll(after)) {
        const early = batch.filter(({ position }) => position <= end);
        if (early.length > 0) yield early;
        if (early.length < batch.length) return;
      }
    },
  };
}

/**
 * The log up to the position, as far as it is kept. Of a group that was pruned since, what is there
 * may be a part, and comes to nothing: its summary follows at the end.
 */
export function keptUpTo(log: Pick<Log, "readAll">, end: Position): Pick<Log, "readAll"> {
  const begun = new Set<string>();
  return {
    async *readAll(after) {
      for await (const batch of log.readAll(after)) {
        const early = batch.filter(({ position }) => position <= end);
        for (const { gid } of early) begun.add(gid);
        const isSummary = ({ gid, text }: Stored) => begun.has(gid) && isSummaryText(text);
        const kept = [...early, ...batch.slice(early.length).filter(isSummary)];
        if (kept.length > 0) yield kept;
      }
    },
  };
}
