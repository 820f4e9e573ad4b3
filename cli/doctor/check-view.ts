/** The check of the view: what `ls` shows is what the log says. */
import { BusError } from "../../bus/bus-error.ts";
import type { JobSystem } from "../../jobchart.ts";
import { CommitError } from "../../machines/commit.ts";
import { canonical } from "../../machines/json.ts";
import { isEnded } from "../../machines/status.ts";
import type { JobInfo } from "../../projections/job-info.ts";
import { messageOf } from "../usage-error.ts";
import type { Finding } from "./finding.ts";

/** What depends on the time, or on samples, while a job has not ended. */
const passing: ReadonlySet<string> = new Set([
  "current-progress",
  "total-progress",
  "phase",
  "waiting-for",
  "percent",
  "rate",
  "elapsed-ms",
  "remaining-ms",
  "last-progress-at",
  "stalled",
  "stalled-ms",
  "step-progress",
]);

/**
 * Compares every job of the view with the log, folded from its first commit. Finds nothing where
 * the log grows meanwhile. Fails as the view does when the log cannot be trusted.
 */
export async function checkView({ view, bus }: JobSystem): Promise<readonly Finding[]> {
  try {
    const position = await view.catchUp();
    const shown = byUid(await view.jobs({ all: true }));
    if (position !== (await bus.log.head())) return [];
    const folded = byUid(await (await view.asOf({ position })).jobs({ all: true }));
    const uids = new Set([...folded.keys(), ...shown.keys()]);
    return [...uids].flatMap((uid) => differences(uid, folded.get(uid), shown.get(uid)));
  } catch (error) {
    if (error instanceof BusError || error instanceof CommitError) throw error;
    return [finding("the view", `cannot be read: ${messageOf(error)}`)];
  }
}

function byUid(infos: readonly JobInfo[]): ReadonlyMap<string, JobInfo> {
  return new Map(infos.map((info) => [info.uid, info]));
}

function differences(uid: string, folded?: JobInfo, shown?: JobInfo): readonly Finding[] {
  const about = `job ${(folded ?? shown)?.id ?? uid}`;
  if (folded === undefined) return [finding(about, "the view has it, the log does not")];
  if (shown === undefined) return [finding(about, "the log has it, the view does not")];
  const log = lasting(folded);
  const view = lasting(shown);
  const field = [...new Set([...log.keys(), ...view.keys()])].find(
    (name) => log.get(name) !== view.get(name),
  );
  if (field === undefined) return [];
  const said = `the log says ${log.get(field) ?? "nothing"}, the view ${view.get(field) ?? "nothing"}`;
  return [finding(about, `${field}: ${said}`)];
}

/** The fields that the log alone determines, each as text. */
function lasting(info: JobInfo): ReadonlyMap<string, string> {
  const fields = Object.entries(info).filter(
    ([name]) => isEnded(info.status) || !passing.has(name),
  );
  return new Map(fields.map(([name, value]) => [name, canonical(value)]));
}

function finding(about: string, text: string): Finding {
  const advice = "stop what uses the bus and remove its scratch file: the view is built again";
  return { level: "problem", about, text, advice };
}
