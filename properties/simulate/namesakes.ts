/**
 * Namesakes: jobs that have what only so many may have: an id (V4), or a resource. Across groups,
 * where only the names protocol keeps them apart.
 */
import type { Group, Job } from "../../machines/record.ts";
import { holdsResources, mayAllHold } from "../../machines/resources.ts";

/** What is wrong now that the group is as it is; `all` are the jobs of all groups. */
export function namesakes({ jobs }: Group, all: readonly Job[]): readonly string[] {
  const names = new Set(jobs.flatMap(({ resources }) => resources.map(({ name }) => name)));
  return [
    ...jobs.flatMap((job) => sameId(job, all)),
    ...[...names].flatMap((name) => crowd(name, all)),
  ];
}

function sameId(job: Job, all: readonly Job[]): readonly string[] {
  return all
    .filter((other) => other.uid !== job.uid && other.id === job.id)
    .filter((other) => job.status !== "null" && other.status !== "null")
    .map((other) => `V4 two jobs have the id '${job.id}': ${whose([job, other])}`);
}

function crowd(name: string, all: readonly Job[]): readonly string[] {
  const holders = all.filter(
    (job) => holdsResources(job) && job.resources.some((each) => each.name === name),
  );
  const terms = holders.flatMap(({ resources }) => resources.filter((each) => each.name === name));
  return mayAllHold(terms) ? [] : [`V4 too many hold the resource '${name}': ${whose(holders)}`];
}

function whose(jobs: readonly Job[]): string {
  return jobs.map(({ uid, status, epoch }) => `${uid} (${status}, epoch ${epoch})`).join(" and ");
}
