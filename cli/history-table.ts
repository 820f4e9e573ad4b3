/** History as people see it: when, what, by whom. */
import type { HistoryEvent } from "../projections/history.ts";
import { eventText } from "./event-text.ts";
import { paint, tame } from "./output.ts";
import { aligned, fitted } from "./table.ts";

const heads = ["TIME (UTC)", "JOB", "WHAT", "BY", "NOTE"];

export function historyTable(events: readonly HistoryEvent[], columns: number): readonly string[] {
  const rows = events.map((event) => historyRow(event));
  return aligned([heads.map((head) => paint("dim", head)), ...rows]).map((line) =>
    fitted(line, columns),
  );
}

/** One event, on a line of its own; for what comes one by one. */
export function eventLine(event: HistoryEvent): string {
  return historyRow(event)
    .filter((cell) => cell !== "")
    .join("  ");
}

function historyRow(event: HistoryEvent): readonly string[] {
  const { at, job, cause } = event;
  return [
    paint("dim", at.replace("T", " ").replace("Z", "")),
    job ?? "(all)",
    eventText(event),
    paint("dim", tame(cause.by)),
    cause.note === undefined ? "" : tame(cause.note),
  ];
}
