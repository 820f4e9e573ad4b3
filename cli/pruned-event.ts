/** What is left of a pruned job, as long as its id points to it. */
import type { JobSystem } from "../jobchart.ts";
import type { HistoryEvent } from "../projections/history.ts";

/** The event that holds its summary; undefined when it was not pruned, or never was. */
export async function prunedEvent(
  system: JobSystem,
  idOrUid: string,
): Promise<HistoryEvent | undefined> {
  for await (const event of system.history(idOrUid)) {
    if (event.pruned?.jobs.some(({ uid }) => uid === event.uid) === true) return event;
  }
  return undefined;
}
