/** What the demo shows once the group has ended: what is recorded, and that it holds. */
import { realWorld } from "../../bus/world.ts";
import type { JobSystem } from "../../jobchart.ts";
import { timeline, type HistoryEvent } from "../../projections/history.ts";
import type { JobInfo } from "../../projections/job-info.ts";
import type { Call } from "../call.ts";
import { checkLog } from "../doctor/check-log.ts";
import { jobTable } from "../job-table.ts";
import { paint, print } from "../output.ts";
import { aligned } from "../table.ts";
import { counted, durationText } from "../units.ts";

const barColumns = 30;
const plainColumns = 120;

/** The jobs of the demo as `ls` shows them. */
export async function showTable(infos: readonly JobInfo[]): Promise<void> {
  await print(heading("The jobs, as 'jobchart ls' shows them"));
  const columns = process.stdout.columns || plainColumns;
  const shown = { nowMs: realWorld.now(), columns };
  for (const line of jobTable(infos, shown)) await print(line);
}

/** How long one job was in which status, with a bar for each stay. */
export async function showTimeline(system: JobSystem, id: string): Promise<void> {
  const uid = await system.uidOf(id);
  if (uid === undefined) return;
  const events: HistoryEvent[] = [];
  for await (const event of system.history(uid)) events.push(event);
  const stays = timeline(events, uid, realWorld.now());
  const ended = stays.findLast(({ status }) => status === "concluded");
  const lived = stays.filter(({ at }) => ended === undefined || at <= ended.at);
  const longestMs = Math.max(...lived.map(({ ms }) => ms ?? 0), 1);
  await print(heading(`The life of ${id}`));
  const rows = lived.map(({ status, at, position, ms }) => {
    const isEnd = status === "concluded" || ms === null;
    const bar = "█".repeat(isEnd ? 0 : Math.ceil((ms * barColumns) / longestMs));
    return [paint("dim", at.slice(11, 23)), status, isEnd ? "" : durationText(ms), bar, position];
  });
  const heads = ["TIME (UTC)", "STATUS", "FOR", "", "POSITION"].map((head) => paint("dim", head));
  for (const line of aligned([heads, ...rows])) await print(line);
}

/** The check of all that is recorded on the bus; false when it does not hold. */
export async function showCheck(system: JobSystem): Promise<boolean> {
  await print(heading("The recorded history, checked"));
  const { commits, groups, jobs, findings } = await checkLog(system.bus, realWorld.now());
  for (const { about, text } of findings) await print(`${paint("red", "✗")} ${about}: ${text}`);
  if (findings.length > 0) return false;
  await print(`${paint("green", "✓")} dense: every group's commits count 1, 2, 3 without a gap`);
  await print(`${paint("green", "✓")} chained: every commit names the SHA-256 of the one before`);
  await print(`${paint("green", "✓")} legal: every transition is one of QEMU's table`);
  await print(
    `  ${counted(commits, "commit")}, ${counted(groups, "group")}, ${counted(jobs, "job")} on ${system.bus.url}`,
  );
  return true;
}

/** Commands that go on from here, each as it can be pasted. */
export async function showNext(call: Call, ids: readonly string[], output: string): Promise<void> {
  const [first = ""] = ids;
  const next = [
    ["ls", "the jobs; these wait to be dismissed"],
    [`history ${first}`, "everything that happened to one, and who asked"],
    [`show ${first}`, "all that is known of it"],
    [`export log ${first}`, "its commits as they are stored"],
    ["doctor", "checks the whole bus"],
    [`dismiss ${ids.join(" ")}`, "frees their names; the history stays"],
  ] as const;
  await print(heading("Try next"));
  for (const line of aligned(
    next.map(([words, about]) => [call.hint(words), paint("dim", about)]),
  )) {
    await print(line);
  }
  await print(paint("dim", `The copies are in ${output}`));
}

function heading(text: string): string {
  return `\n${paint("bold", text)}`;
}
