/**
 * Namesakes: jobs that have what only one may have: an id (V4), or an exclusive resource. Across
 * groups, where only the names protocol keeps them apart.
 */
import type { Group, Job } from "../../machines/record.ts";
import { isEnded } from "../../machines/status.ts";

/** What is wrong now that the group is as it is; `all` are the jobs of all groups. */
export function namesakes({ jobs }: Group, all: readonly Job[]): readonly string[] {
  return jobs.flatMap((job) =>
    all.filter((other) => other.uid !== job.uid).flatMap((other) => clash(job, other)),
  );
}

function clash(job: Job, other: Job): readonly string[] {
  const whom = `${job.uid} (${job.status}) and ${other.uid} (${other.status})`;
  const isBoth = job.status !== "null" && other.status !== "null";
  if (isBoth && job.id === other.id) return [`V4 two jobs have the id '${job.id}': ${whom}`];
  if (isEnded(job.status) || isEnded(other.status)) return [];
  return job.resources
    .filter(({ name, shared }) =>
      other.resources.some((held) => held.name === name && !(shared && held.shared)),
    )
    .map(({ name }) => `V4 two jobs hold the resource '${name}': ${whom}`);
}
