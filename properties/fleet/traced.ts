/** What the drivers of trial-jobs.ts have told in a trace file. */
import { existsSync, readFileSync } from "node:fs";

export interface Deed {
  /** `from-3`, `did-4`, `signalled`, `commit` … */
  readonly what: string;
  readonly epoch: number;
  readonly pid: number;
}

/** In the order in which it was done; none while there is no such file. */
export function deedsIn(trace: string): readonly Deed[] {
  if (!existsSync(trace)) return [];
  const lines = readFileSync(trace, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => {
    const [what = "", epoch, pid] = line.split(" ");
    return { what, epoch: Number(epoch), pid: Number(pid) };
  });
}

/** The numbers that were counted, in their order. */
export function countedIn(trace: string): readonly number[] {
  return deedsIn(trace).flatMap(({ what }) =>
    what.startsWith("did-") ? [Number(what.slice("did-".length))] : [],
  );
}
