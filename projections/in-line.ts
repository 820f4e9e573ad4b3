/**
 * In line: jobs that wait for a resource, and who has it. It takes the other jobs to see that, so
 * it is laid over what each says of itself.
 */
import { offerOf, type WaitingFor } from "../machines/duty.ts";
import type { Group, Job, Resource } from "../machines/record.ts";
import { holdsResources, mayAllHold, takesWhenClaimed } from "../machines/resources.ts";
import type { JobInfo } from "./job-info.ts";

/** Whether the job is offered at a time as soon as its resources are free. */
export function isInLine(job: Job, at: number): boolean {
  const offer = takesWhenClaimed(job) ? offerOf(job) : undefined;
  return offer !== undefined && offer.at <= at;
}

/** The jobs again, those in line with what they wait for; `open` are all groups that have not ended. */
export function inLine(
  infos: readonly JobInfo[],
  open: readonly Group[],
  at: number,
): readonly JobInfo[] {
  const waits = linesOf(open, at);
  return infos.map((info) => withLine(info, waits.get(info.uid)));
}

/** As inLine, of one job, where nobody knows the others: it names what it needs. */
export function inSomeLine(info: JobInfo, job: Job, at: number): JobInfo {
  if (!isInLine(job, at)) return info;
  const names = job.resources.map(({ name }) => `'${name}'`);
  return withLine(info, { what: "slot", detail: `resource ${names.join(", ")}` });
}

function withLine(info: JobInfo, waits: WaitingFor | undefined): JobInfo {
  return waits === undefined ? info : { ...info, "waiting-for": waits };
}

interface Use extends Resource {
  readonly id: string;
}

/** What each job waits for that is in line behind others, by its uid. */
export function linesOf(open: readonly Group[], at: number): ReadonlyMap<string, WaitingFor> {
  const jobs = open.flatMap((group) => group.jobs);
  const uses = Map.groupBy(jobs.filter(holdsResources).flatMap(usesOf), ({ name }) => name);
  const waiting = jobs.filter((job) => isInLine(job, at));
  return new Map(
    waiting.flatMap((job) => {
      const detail = whyBusy(job, uses);
      return detail === undefined ? [] : [[job.uid, { what: "slot", detail }]];
    }),
  );
}

function usesOf({ id, resources }: Job): readonly Use[] {
  return resources.map((each) => ({ ...each, id }));
}

/** `resource 'host7', held by a, b`; undefined when it can have all that it wants. */
function whyBusy(
  { resources }: Job,
  uses: ReadonlyMap<string, readonly Use[]>,
): string | undefined {
  for (const wanted of resources) {
    const holders = uses.get(wanted.name) ?? [];
    if (mayAllHold([...holders, wanted])) continue;
    return `resource '${wanted.name}', held by ${holders.map(({ id }) => id).join(", ")}`;
  }
  return undefined;
}
