/** The check of the names: every job that is not dismissed holds its id, and the resources that are its own. */
import type { Bus } from "../../bus/bus.ts";
import { keyEndOf } from "../../bus/value-key.ts";
import type { Group, Job } from "../../machines/record.ts";
import { holdsResources } from "../../machines/resources.ts";
import type { Finding } from "./finding.ts";

export async function checkNames(
  { values }: Pick<Bus, "values">,
  open: readonly Group[],
): Promise<readonly Finding[]> {
  const holders = new Map<string, ReadonlySet<string>>();
  for (const prefix of ["name.", "resource."]) {
    for (const { key, value } of await values.list(prefix)) holders.set(key, uidsIn(value));
  }
  const jobs = open.flatMap((group) => group.jobs);
  return jobs.flatMap((job) =>
    keysOf(job)
      .filter((key) => holders.get(key)?.has(job.uid) !== true)
      .map((key) => notHeld(job, key)),
  );
}

function keysOf(job: Job): readonly string[] {
  const id = job.status === "null" || job.id === job.uid ? [] : [`name.${keyEndOf(job.id)}`];
  const resources = holdsResources(job) ? job.resources : [];
  return [...id, ...resources.map(({ name }) => `resource.${keyEndOf(name)}`)];
}

function uidsIn(value: string): ReadonlySet<string> {
  const holders = JSON.parse(value) as readonly { readonly uid: string }[];
  return new Set(holders.map(({ uid }) => uid));
}

function notHeld(job: Job, key: string): Finding {
  return {
    level: "problem",
    about: `job ${job.id}`,
    text: `its ${key.replace(".", " ")} is not held by it, another job may take it`,
    advice: `use its uid ${job.uid} until it is dismissed`,
  };
}
