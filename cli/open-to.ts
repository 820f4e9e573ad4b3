/** Which verbs a job is open to as it stands: what is offered, and what many jobs at once are asked. */
import { admits, type Verb } from "../machines/status.ts";
import type { JobInfo } from "../projections/job-info.ts";

type Judge = (info: JobInfo) => boolean;

/** What a verb needs beside a status that admits it, as far as it can be seen from outside. */
const needs: Readonly<Partial<Record<Verb, Judge>>> = {
  start: ({ phase }) => phase === "held",
  pause: ({ paused }) => !paused,
  resume: ({ paused }) => paused,
  cancel: ({ cancel, phase }) => cancel !== "force" && phase !== "committing",
  complete: ({ status, ...info }) =>
    status === "standby" || info["waiting-for"]?.what === "complete",
  finalize: (info) => info["waiting-for"]?.what === "finalize",
  abandon: ({ stuck, worker, phase }) =>
    phase !== "idle" && phase !== "preparing" && (stuck !== null || worker === null),
};

/** Whether the verb would be accepted, and change something. */
export function isOpenTo(verb: Verb, info: JobInfo): boolean {
  return admits(info.status, verb) && (needs[verb]?.(info) ?? true);
}

/** How a job looks on which a verb has had its effect, whoever asked it. */
const effects: Readonly<Partial<Record<Verb, Judge>>> = {
  start: ({ phase }) => phase !== "held",
  pause: ({ paused }) => paused,
  resume: ({ paused }) => !paused,
  cancel: ({ cancel }) => cancel === "force",
  finalize: ({ status, phase, outcome }) =>
    outcome === "success" || (status === "pending" && phase !== "idle"),
  dismiss: ({ status }) => status === "null",
};

/** Whether there is nothing left for the verb to do: another member's was enough, or somebody else's. */
export function isDone(verb: Verb, info: JobInfo): boolean {
  return effects[verb]?.(info) ?? false;
}
