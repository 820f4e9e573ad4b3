/** What an event of a running group is worth telling: changes of status, and what to know beside. */
import type { HistoryEvent } from "../projections/history.ts";
import { msOf } from "../projections/iso-time.ts";
import type { JobInfo } from "../projections/job-info.ts";
import type { Stuck } from "../machines/record.ts";
import type { Members } from "./members.ts";
import { tame } from "./output.ts";
import type { Reporting } from "./reporter.ts";
import { durationText } from "./units.ts";
import { paceText, progressText, stateText } from "./words.ts";

const ordinals = new Intl.PluralRules("en", { type: "ordinal" });

/** `nightly: waiting for db`; undefined for what is no change of status, and for the outcome. */
export function changeLine(event: HistoryEvent, reporting: Reporting): string | undefined {
  const { job, to } = event;
  const info = reporting.members.info(event.uid);
  if (to === undefined || info === undefined || info.outcome !== null) return undefined;
  return `${job}: ${info.status === to ? stateText(info) : to}`;
}

/** `nightly: running, 43 % of 2.8 GiB`; undefined for a job that neither works nor is at a step. */
export function standingLine(info: JobInfo): string | undefined {
  const { id, status, "waiting-for": waits, "step-progress": progress } = info;
  const isStepping = progress !== null || waits?.what === "step" || waits?.what === "operator";
  if (status !== "running" && status !== "ready" && !isStepping) return undefined;
  const said = [stateText(info), progressText(info).trim(), paceText(info)];
  return `${id}: ${said.filter((part) => part !== "").join(", ")}`;
}

/** What is to be said whether or not the status is seen: who works on it, what the reader can do. */
export function notices(event: HistoryEvent, reporting: Reporting): readonly string[] {
  const { kind, job, set } = event;
  const claim = set?.claim ?? null;
  if (kind === "lost") return [`${job}: its worker is gone; another goes on with it`];
  if (kind === "error" && typeof set?.lastError === "string") {
    return [`${job}: ${tame(set.lastError)}`];
  }
  if (kind === "error" && set?.stuck) return [stuckLine(event, set.stuck)];
  if (claim !== null && claim.worker !== reporting.worker) {
    return [`${job}: worker ${claim.worker} on ${claim.host} has it now`];
  }
  const verb = reporting.isGuided ? undefined : verbNeeded(event, reporting.members);
  return verb === undefined ? [] : [`${job}: to go on: ${reporting.call.hint(`${verb} ${job}`)}`];
}

function stuckLine({ job, at }: HistoryEvent, { step, tries, error, retryAt }: Stuck): string {
  const again = durationText(Math.max(0, retryAt - msOf(at)));
  return `${job}: ${step} failed (${nth(tries)} try): ${tame(error)}; tried again in ${again}`;
}

function nth(count: number): string {
  const endings: Readonly<Record<string, string>> = { one: "st", two: "nd", few: "rd" };
  return `${count}${endings[ordinals.select(count)] ?? "th"}`;
}

/** What somebody has to ask for the job to go on; of a group that ends together, of one member. */
function verbNeeded({ to, uid }: HistoryEvent, members: Members): string | undefined {
  const info = members.info(uid);
  if (to === undefined || info?.status !== to) return undefined;
  if (to === "paused" || to === "standby") return "resume";
  if (to === "ready") return "complete";
  if (info.phase === "held") return "start";
  if (to !== "pending" || info.phase !== "idle") return undefined;
  return members.isGrouped && uid !== members.infos[0]?.uid ? undefined : "finalize";
}
