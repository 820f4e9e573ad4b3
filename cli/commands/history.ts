/** `history`: what happened to a job, in log order; also after it was dismissed. */
import { jobNotFound, refusal } from "../../machines/refusal.ts";
import type { HistoryEvent } from "../../projections/history.ts";
import { msOf } from "../../projections/iso-time.ts";
import type { JobSystem } from "../../jobchart.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit-code.ts";
import { historyTable } from "../history-table.ts";
import { isTerminal, print, terminalSize } from "../output.ts";
import { prunedEvent, prunedJobs } from "../pruned-event.ts";

export const history: Command = {
  name: "history",
  usage: "ID [--all]",
  summary: "shows what happened to a job, also after it was dismissed; once pruned, its summary",
  options: { all: { about: "of every job that ever had the id, the oldest first" } },
  completes: "job",
  examples: ["history nightly", "history nightly --all --json"],
  async run(call) {
    const [id = ""] = call.expectWords("the ID of a job", 1);
    await using system = await call.open();
    const uids = await incarnations(system, id, call.flag("all"));
    if (uids.length === 0) return call.refuse(refusal(jobNotFound, "exists", "history"), id);
    const isTable = !call.isJson && isTerminal();
    const events: HistoryEvent[] = [];
    for (const uid of uids) {
      for await (const event of system.history(uid)) {
        if (isTable) events.push(event);
        else await print(JSON.stringify(event));
      }
    }
    if (!isTable) return exit.ok;
    for (const line of historyTable(events, terminalSize().columns)) await print(line);
    return exit.ok;
  },
};

async function incarnations(
  system: JobSystem,
  idOrUid: string,
  isAll: boolean,
): Promise<readonly string[]> {
  const job = await system.job(idOrUid);
  const pruned = job === undefined ? await prunedEvent(system, idOrUid) : undefined;
  const uid = job?.uid ?? pruned?.uid;
  const id = job?.id ?? pruned?.job;
  if (!uid || !id) return [];
  if (!isAll) return [uid];
  const all = new Map<string, number>();
  for (const each of await system.view.byId(id)) all.set(each.uid, msOf(each["created-at"]));
  for (const each of await prunedJobs(system.bus.log, id)) all.set(each.uid, each.createdAt);
  return [...all].toSorted(([, a], [, b]) => a - b).map(([each]) => each);
}
