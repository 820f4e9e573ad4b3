/**
 * Rest: nothing moves by itself. What each job says it waits for must then be somebody outside, or
 * other members of which one does: workers, steps and times would have moved.
 */
import { waitingFor } from "../../machines/duty.ts";
import type { Group, Job } from "../../machines/record.ts";
import { isEnded } from "../../machines/status.ts";
import { now } from "./forms.ts";

const outside: ReadonlySet<string> = new Set(["start", "resume", "complete", "finalize"]);

/** What the group's jobs wait for, each word once; undefined when one says nothing, or the wrong. */
export function restOf(group: Group): string | undefined {
  if (group.jobs.length === 0) return "creation";
  const open = group.jobs.filter(({ status }) => !isEnded(status));
  const reasons = open.map((job) => reasonOf(job, group));
  return reasons.includes(undefined) ? undefined : [...new Set(reasons)].join(", ");
}

function reasonOf(job: Job, group: Group): string | undefined {
  const waiting = waitingFor(job, group, now);
  if (waiting === null) return undefined;
  if (outside.has(waiting.what)) return waiting.what;
  if (waiting.what !== "members") return undefined;
  const others = group.jobs.filter(({ id }) => waiting.jobs?.includes(id) === true);
  const isNamed = others.some((other) => outside.has(waitingFor(other, group, now)?.what ?? ""));
  return isNamed ? waiting.what : undefined;
}
