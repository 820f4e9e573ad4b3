/** Why there is nothing to be had of a job by its id: there never was one, or it was pruned. */
import type { JobSystem } from "../jobchart.ts";
import { jobNotFound, refusal, type Refusal } from "../machines/refusal.ts";
import { prunedEvent } from "./pruned-event.ts";

export async function notFound(system: JobSystem, id: string, verb: string): Promise<Refusal> {
  const isPruned = (await prunedEvent(system, id)) !== undefined;
  const text = `${jobNotFound}: it was pruned; 'jobchart show ${id}' says how it ended`;
  return refusal(isPruned ? text : jobNotFound, "exists", verb);
}
