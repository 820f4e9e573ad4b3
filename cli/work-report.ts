/** What a worker tells of its work: a line for each job that it takes, and for each that ends. */
import type { JobSystem } from "../jobchart.ts";
import type { HistoryEvent } from "../projections/history.ts";
import type { Call } from "./call.ts";
import { print, tame } from "./output.ts";

/** Until `signal` aborts; with `--json` the events themselves. */
export async function reportWork(
  call: Call,
  system: JobSystem,
  { worker, signal }: { readonly worker: string; readonly signal: AbortSignal },
): Promise<void> {
  const held = new Set<string>();
  for await (const event of system.watch({ signal })) {
    const { uid, set } = event;
    if (uid === null) continue;
    if (set?.claim?.worker === worker) held.add(uid);
    else if (!held.has(uid)) continue;
    const line = lineOf(event);
    if (call.isJson) await print(JSON.stringify(event));
    else if (line !== undefined) await print(line);
    if (set?.claim === null || event.to === "null") held.delete(uid);
  }
}

function lineOf({ job, kind, set, to }: HistoryEvent): string | undefined {
  if (set?.claim !== undefined && set.claim !== null) return `${job}: taken, epoch ${set.epoch}`;
  if (kind === "lost") return `${job}: lost`;
  if (kind === "released") return `${job}: given back`;
  if (to !== "concluded") return undefined;
  const why = typeof set?.error === "string" ? `: ${tame(set.error)}` : "";
  return `${job}: ${set?.outcome}${why}`;
}
