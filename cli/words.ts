/** How a job stands, in the words that people read: its status, and what it waits for. */
import type { JobInfo } from "../projections/job-info.ts";
import type { Status } from "../machines/status.ts";
import { paint, tame } from "./output.ts";
import { durationText, grouped, sizeText } from "./units.ts";

const colours: Readonly<Partial<Record<Status, Parameters<typeof paint>[0]>>> = {
  running: "cyan",
  ready: "green",
  paused: "yellow",
  standby: "yellow",
  waiting: "blue",
  pending: "magenta",
  aborting: "red",
};

const outcomeColours = { success: "green", failed: "red", cancelled: "yellow" } as const;

const stepWords: Readonly<Partial<Record<string, string>>> = {
  prepare: "verifying",
  commit: "committing",
  abort: "undoing",
  clean: "cleaning up",
};

/** `running`, `stalled 12 min 04 s`, `paused: until resumed`, `pending: verifying 43 %`. */
export function stateText(info: JobInfo): string {
  const { status, outcome, "step-progress": step } = info;
  if (outcome !== null) {
    const how = info.status === "concluded" ? ", to be dismissed" : "";
    return paint(outcomeColours[outcome], outcome) + how;
  }
  const isCurrent = step !== null && info["waiting-for"]?.detail === step.name;
  const detail = tame(isCurrent ? stepText(step) : detailOf(info));
  const colour = colours[status];
  const stalled = `stalled ${durationText(info["stalled-ms"] ?? 0)}`;
  const plain = colour === undefined ? status : paint(colour, status);
  const word = info.stalled ? paint("red", stalled) : plain;
  if (detail === "") return word;
  return detail.startsWith("for ") ? `${word} ${detail}` : `${word}: ${detail}`;
}

function stepText({ name, current, total }: NonNullable<JobInfo["step-progress"]>): string {
  const percent = total > 0 ? ` ${Math.floor((current * 100) / total)} %` : "";
  return (stepWords[name] ?? name) + percent;
}

function detailOf(info: JobInfo): string {
  const waits = info["waiting-for"];
  switch (waits?.what) {
    case undefined:
      return info.paused ? "pausing" : info.cancel === "no" ? endingOf(info) : "being cancelled";
    case "members":
      return `for ${some(waits.jobs ?? [])}`;
    case "worker":
      if (info.worker !== null) return "being cancelled";
      return `waits for a worker${/(?: (?:with|on) |: ).*$/.exec(waits.detail ?? "")?.[0] ?? ""}`;
    case "slot":
      return waits.detail?.startsWith("resource ") === true
        ? `waits for ${waits.detail}`
        : "waits until a worker is free";
    case "time":
      return info.phase === "backoff"
        ? `tries again at ${waits.detail}: ${info["last-error"] ?? ""}`
        : `not before ${waits.detail}`;
    case "step":
      return stepWords[waits.detail ?? ""] ?? waits.detail ?? "";
    case "operator":
      return `needs a human: ${waits.detail ?? ""}`;
    case "resume":
      return info["io-status"] === "ok" ? "until resumed" : `${info["last-error"]}; resume it`;
    default:
      return `to be ${asked[waits?.what ?? "start"]}`;
  }
}

/** What is ready, and waits for nothing, was told to complete. */
function endingOf({ status }: JobInfo): string {
  return status === "ready" ? "completing" : "";
}

const asked = {
  start: "started",
  complete: "completed",
  finalize: "finalized",
  dismiss: "dismissed",
} as const;

const namesShown = 3;

/** `a, b, c and 9 more`. */
export function some(ids: readonly string[]): string {
  const more = ids.length - namesShown;
  const shown = ids.slice(0, namesShown).join(", ");
  return more > 0 ? `${shown} and ${grouped(more)} more` : shown;
}

/** The built-in types count bytes; of others' units nothing is known. */
const typesInBytes: ReadonlySet<string> = new Set(["copy", "mirror"]);

/** An amount of a job's progress. */
export function amountText(type: string, amount: number): string {
  return typesInBytes.has(type) ? sizeText(amount) : amount.toLocaleString("en");
}

/** `43 % of 2.8 GiB`; nothing before it is known. */
export function progressText(info: JobInfo): string {
  const total = info["total-progress"];
  if (total === 0) return "";
  return `${String(Math.floor(info.percent ?? 0)).padStart(3)} % of ${amountText(info.type, total)}`;
}

/** `120 MiB/s, 14 s left`; nothing where it was not measured. */
export function paceText(info: JobInfo): string {
  const { type, rate, "remaining-ms": remainingMs } = info;
  if (rate === null) return "";
  const left = remainingMs === null ? "" : `, ${durationText(remainingMs)} left`;
  return `${amountText(type, rate)}/s${left}`;
}
