/** The table of jobs that `ls` shows on a terminal. */
import { msOf } from "../projections/iso-time.ts";
import type { JobInfo } from "../projections/job-info.ts";
import { paint, tame } from "./output.ts";
import { wordsText } from "./shell-word.ts";
import { aligned, fitted } from "./table.ts";
import { durationText } from "./units.ts";
import { paceText, progressText, stateText } from "./words.ts";

interface Shown {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly columns: number;
}

/** A status takes half of the terminal at most, and so much of it wherever it needs it. */
const stateColumnsMin = 24;

const heads = ["ID", "TYPE", "STATUS", "PROGRESS", "RATE", "AGE", "NOTE"];

/** A line of heads and one line a job. */
export function jobTable(jobs: readonly JobInfo[], shown: Shown): readonly string[] {
  const rows = jobs.map((info) => [
    paint("bold", info.id),
    info.type,
    fitted(stateText(info), Math.max(stateColumnsMin, Math.floor(shown.columns / 2))),
    info.outcome === null ? progressText(info) : "",
    paceText(info),
    durationText(shown.nowMs - msOf(info["created-at"])),
    remarkOf(info),
  ]);
  const lines = aligned([heads.map((head) => paint("dim", head)), ...rows]);
  return lines.map((line) => fitted(line, shown.columns));
}

/** The jobs that ended a while ago, the last first. */
export function endedTable(jobs: readonly JobInfo[], shown: Shown): readonly string[] {
  const rows = jobs.map((info) => [
    paint("bold", info.id),
    info.type,
    stateText({ ...info, status: "null" }),
    `${durationText(shown.nowMs - msOf(info["ended-at"] ?? ""))} ago`,
    `took ${durationText(info["elapsed-ms"])}`,
    remarkOf(info),
  ]);
  return aligned(rows).map((line) => fitted(line, shown.columns));
}

function remarkOf({ error, damage, note, ...info }: JobInfo): string {
  const problem = damage ?? error ?? info["last-error"];
  if (problem !== null) return paint("red", tame(problem));
  return tame(note ?? wordsText(info.args["argv"]) ?? "");
}
