/** `ls`: the jobs, newest first; on a terminal also those that ended a short while ago. */
import type { Bus } from "../../bus/bus.ts";
import { realWorld } from "../../bus/world.ts";
import type { JobSystem } from "../../jobchart.ts";
import { placeOf, type Moment } from "../../projections/as-of.ts";
import type { JobInfo } from "../../projections/job-info.ts";
import type { JobFilter } from "../../projections/view.ts";
import { msOf } from "../../projections/iso-time.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit-code.ts";
import { filterOf, filterOptions } from "../job-filter.ts";
import { endedTable, jobTable } from "../job-table.ts";
import { momentOf } from "../moment.ts";
import { isTerminal, paint, print, terminalSize } from "../output.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const endedShown = 10;

export const ls: Command = {
  name: "ls",
  usage:
    "[--status STATUS] [--type TYPE] [--label NAME=TEXT…] [--stalled] [--all] [--at TIME|POSITION]",
  summary: "lists the jobs, newest first: a table on a terminal, JSON lines in a pipe",
  options: {
    ...filterOptions,
    stalled: { about: "only jobs that are at work without progress" },
    all: { about: "dismissed jobs too" },
    at: { value: "TIME|POSITION", about: "as it was then" },
  },
  examples: ["ls", "ls --status paused", "ls --all --json", "ls --at 2026-11-20T18:00Z"],
  async run(call) {
    call.expectWords("nothing", 0);
    const filter = { ...filterOf(call), ...(call.flag("all") ? { all: true } : {}) };
    const moment = momentOf(call);
    await using system = await call.open();
    const found = await system.queryJobs({ ...filter, ...moment });
    const jobs = call.flag("stalled") ? found.filter(({ stalled }) => stalled) : found;
    if (call.isJson || !isTerminal()) {
      for (const job of jobs) await print(JSON.stringify(job));
      return exit.ok;
    }
    const isNow = moment.at === undefined;
    const isOfSome = call.flag("stalled") || call.flag("all") || filter.status !== undefined;
    const isWhole = isNow && !isOfSome;
    const ended = isWhole ? await endedLately(system, filter, jobs) : [];
    const nowMs = await timeOf(system.bus, moment.at);
    await printTables(call, system.bus.url, { jobs, ended, nowMs });
    return exit.ok;
  },
};

interface Listing {
  readonly jobs: readonly JobInfo[];
  readonly ended: readonly JobInfo[];
  /** What ages are counted to, milliseconds since 1970. */
  readonly nowMs: number;
}

/** Milliseconds since 1970; that of a position is its commit's. */
async function timeOf({ log }: Pick<Bus, "log">, at: Moment | undefined): Promise<number> {
  return at === undefined ? realWorld.now() : (await placeOf(log, at)).timeMs;
}

async function printTables(
  call: Call,
  bus: string,
  { jobs, ended, nowMs }: Listing,
): Promise<void> {
  const shown = { nowMs, columns: terminalSize().columns };
  if (jobs.length === 0) await print(paint("dim", `no jobs on ${bus}`));
  else for (const line of jobTable(jobs, shown)) await print(line);
  if (ended.length === 0) return;
  await print(paint("dim", "── ended lately ──"));
  for (const line of endedTable(ended.slice(0, endedShown), shown)) await print(line);
  const more = ended.length - endedShown;
  if (more > 0) await print(paint("dim", `and ${more} more: ${call.hint("ls --all")}`));
}

/** What ended within the hour, or without success within the day, and is not listed any more. */
async function endedLately(
  system: JobSystem,
  { type, labels = {} }: JobFilter,
  listed: readonly JobInfo[],
): Promise<readonly JobInfo[]> {
  const nowMs = realWorld.now();
  const seen = new Set(listed.map(({ uid }) => uid));
  const ended = await system.view.endedSince(nowMs - dayMs);
  return ended.filter((info) => {
    const sinceMs = info.outcome === "success" ? nowMs - hourMs : nowMs - dayMs;
    return (
      !seen.has(info.uid) &&
      msOf(info["ended-at"] ?? "") >= sinceMs &&
      (type === undefined || info.type === type) &&
      Object.entries(labels).every(([label, value]) => info.labels[label] === value)
    );
  });
}
