/** How the members of a group ended, in words, with the command that shows more. */
import type { JobInfo } from "../projections/job-info.ts";
import { tame } from "./output.ts";
import type { Reporting } from "./reporter.ts";
import { durationText } from "./units.ts";
import { amountText, stateText } from "./words.ts";

const shown = 20;
const outcomes = ["success", "failed", "cancelled"] as const;

/** One line a member; of a large group only those without success, and how many there are. */
export function outcomeLines({ call, members }: Reporting): readonly string[] {
  const ended = members.infos.filter(({ outcome }) => outcome !== null);
  const failures = ended.filter(({ outcome }) => outcome !== "success");
  const isLarge = ended.length > shown;
  const told = isLarge ? failures.slice(0, shown) : ended;
  return [
    ...told.map((info) => outcomeLine(info)),
    ...(isLarge ? [countsLine(ended)] : []),
    ...nextCommand(ended, failures).map((command) => `  ${call.hint(command)}`),
  ];
}

function countsLine(ended: readonly JobInfo[]): string {
  const counts = outcomes.flatMap((each) => {
    const count = ended.filter(({ outcome }) => outcome === each).length;
    return count === 0 ? [] : [`${count} ${each}`];
  });
  const cause = ended.find(({ outcome }) => outcome === "failed");
  const why = cause?.error === undefined ? "" : `; ${cause.id}: ${tame(cause.error)}`;
  return `${ended.length} jobs: ${counts.join(", ")}${why}`;
}

/** What shows more of the failure that caused the others; or what is still to be done. */
function nextCommand(ended: readonly JobInfo[], failures: readonly JobInfo[]): readonly string[] {
  const cause = failures.find(({ outcome }) => outcome === "failed") ?? failures[0];
  if (cause !== undefined) return [`history ${cause.id}`];
  const kept = ended.filter(({ status }) => status === "concluded").slice(0, shown);
  return kept.length === 0 ? [] : [`dismiss ${kept.map(({ id }) => id).join(" ")}`];
}

function outcomeLine(info: JobInfo): string {
  const { id, type, error, damage } = info;
  const outcome = stateText({ ...info, status: "null" });
  const elapsedMs = info["elapsed-ms"];
  const units = info["current-progress"];
  const amount = units > 0 ? `, ${amountText(type, units)}` : "";
  const pace =
    units > 0 && elapsedMs > 0
      ? ` at ${amountText(type, Math.round((units * 1_000) / elapsedMs))}/s`
      : "";
  const how =
    error === undefined ? ` in ${durationText(elapsedMs)}${amount}${pace}` : `: ${tame(error)}`;
  return `${id}: ${outcome}${how}${damage === null ? "" : `; damage: ${tame(damage)}`}`;
}
