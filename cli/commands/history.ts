/** `history`: what happened to a job, in log order; also after it was dismissed. */
import { jobNotFound, refusal } from "../../machines/refusal.ts";
import type { HistoryEvent } from "../../projections/history.ts";
import type { JobSystem } from "../../jobchart.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit-code.ts";
import { historyTable } from "../history-table.ts";
import { isTerminal, print, terminalSize } from "../output.ts";
import { prunedEvent } from "../pruned-event.ts";

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
  id: string,
  isAll: boolean,
): Promise<readonly string[]> {
  const job = await system.job(id);
  if (job === undefined) {
    const pruned = await prunedEvent(system, id);
    return pruned?.uid ? [pruned.uid] : [];
  }
  if (!isAll) return [job.uid];
  const all = await system.view.byId(job.id);
  return all.map(({ uid }) => uid).toReversed();
}
