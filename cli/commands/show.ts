/** `show`: everything that is known of one job, now or as it was. */
import { isUid } from "../../machines/job-id.ts";
import { jobNotFound, refusal } from "../../machines/refusal.ts";
import { collected } from "../../projections/collected.ts";
import { placeOf } from "../../projections/as-of.ts";
import type { HistoryEvent } from "../../projections/history.ts";
import type { JobInfo } from "../../projections/job-info.ts";
import type { View } from "../../projections/view.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit-code.ts";
import { eventLine } from "../history-table.ts";
import { jobSheet } from "../job-sheet.ts";
import { lastLines } from "../last-lines.ts";
import { momentOf, positionOf } from "../moment.ts";
import { isTerminal, print, terminalSize } from "../output.ts";
import { prunedEvent } from "../pruned-event.ts";

const eventsShown = 10;
const plainColumns = 200;

export const show: Command = {
  name: "show",
  usage: "ID [--at TIME|POSITION]",
  summary: "shows all that is known of a job",
  options: { at: { value: "TIME|POSITION", about: "as it was then, unless it was pruned since" } },
  completes: "job",
  examples: ["show nightly", "show nightly --json", "show nightly --at 2026-11-20T18:00Z"],
  async run(call) {
    const [id = ""] = call.expectWords("the ID of a job", 1);
    const { at } = momentOf(call);
    await using system = await call.open();
    const then = at && (await system.view.asOf(at));
    const info = await (then === undefined ? system.job(id) : jobIn(then, id));
    if (info === undefined) {
      const pruned = at === undefined ? await prunedEvent(system, id) : undefined;
      if (pruned === undefined) return call.refuse(refusal(jobNotFound, "exists", "show"), id);
      await print(call.isJson ? JSON.stringify(pruned) : eventLine(pruned));
      return exit.ok;
    }
    if (call.isJson) {
      await print(JSON.stringify(info));
      return exit.ok;
    }
    const isToExplain = info.outcome === "failed" && at === undefined;
    const output = isToExplain ? await system.output(info.uid) : undefined;
    const events = await collected(system.history(info.uid));
    const end = at === undefined ? Infinity : (await placeOf(system.bus.log, at)).position;
    const sheet = jobSheet({
      info,
      group: await (then ?? system.view).group(info.gid),
      events: events.filter((event) => placeIn(event) <= end).slice(-eventsShown),
      said: output === undefined ? [] : lastLines(output),
      columns: isTerminal() ? terminalSize().columns : plainColumns,
    });
    for (const line of sheet) await print(line);
    return exit.ok;
  },
};

async function jobIn(view: View, id: string): Promise<JobInfo | undefined> {
  return isUid(id) ? view.byUid(id) : (await view.byId(id))[0];
}

function placeIn({ position }: HistoryEvent): number {
  return positionOf(position) ?? 0;
}
