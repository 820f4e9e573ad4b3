/** A recorded history as a trace: the commits of one group, each a step. */
import type { Stored } from "../../bus/bus.ts";
import type { Commit } from "../../machines/commit.ts";
import { Ledger } from "../../machines/ledger.ts";
import type { Group } from "../../machines/record.ts";
import type { Trace, TraceStep } from "./trace.ts";

/** Fails with CommitError, as the ledger does, at what cannot be read or is not the next one. */
export function traceOfLog(gid: string, log: readonly Pick<Stored, "text">[]): Trace {
  const ledger = new Ledger(gid);
  return { steps: log.map(({ text }) => stepOf(ledger.read(text), ledger.group)) };
}

/** A commit does not name the job that was asked: the first of its facts is that job's. */
function stepOf({ at, cause, events }: Commit, after: Group): TraceStep {
  const { by, verb, note } = cause;
  const job = verb === "create" ? undefined : events[0]?.job;
  return {
    by,
    verb,
    ...(job === undefined ? {} : { job }),
    ...(note === undefined ? {} : { detail: note }),
    at: Date.parse(at),
    events,
    after,
  };
}
