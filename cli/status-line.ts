/** A status change as a line for people: when, which job, of which type, what, by whom. */
import type { StatusEvent } from "../projections/status-event.ts";
import { eventText } from "./event-text.ts";
import { paint, tame } from "./output.ts";
import { padded } from "./table.ts";

/** Lines come one by one, and are to stand below each other all the same. */
const columns = [23, 16, 8, 22, 0, 0];

export function statusLine({ error, outcome, ...event }: StatusEvent): string {
  const { at, job, type, cause } = event;
  const set = {
    ...(outcome === undefined ? {} : { outcome }),
    ...(error === undefined ? {} : { error }),
  };
  const cells = [
    paint("dim", at.replace("T", " ").replace("Z", "")),
    job,
    paint("dim", tame(type)),
    eventText({ ...event, kind: "status", set }),
    paint("dim", tame(cause.by)),
    cause.note === undefined ? "" : tame(cause.note),
  ];
  return cells
    .map((cell, column) => padded(cell, columns[column] ?? 0))
    .join("  ")
    .trimEnd();
}
