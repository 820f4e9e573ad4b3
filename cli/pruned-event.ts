/** What is left of pruned jobs: of the one that an id points to, and of all that ever had it. */
import type { Log } from "../bus/bus.ts";
import type { JobSystem } from "../jobchart.ts";
import { decode, isSummaryText } from "../machines/commit.ts";
import type { PrunedJob } from "../machines/record.ts";
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

/** The summaries of every pruned job that had the id. Reads all of the log. */
export async function prunedJobs(
  log: Pick<Log, "readAll">,
  id: string,
): Promise<readonly PrunedJob[]> {
  const found: PrunedJob[] = [];
  for await (const batch of log.readAll()) {
    for (const { text, position } of batch) {
      if (!isSummaryText(text)) continue;
      const { events } = decode(text, `position ${position}`);
      found.push(...events.flatMap(({ pruned }) => pruned?.jobs ?? []));
    }
  }
  return found.filter((job) => job.id === id);
}
