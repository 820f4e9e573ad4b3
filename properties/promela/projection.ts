/**
 * What the Promela model and the TypeScript both speak of: a group's statuses, flags, votes and
 * decision as one line of numbers, in the words of lifecycle.pml.
 */
import type { Group, Job } from "../../machines/record.ts";
import { statuses } from "../../machines/status.ts";

const cancels = ["no", "soft", "force"] as const;
const dones = ["nothing", "acted", "cleaned"] as const;
const decisions = ["none", "commit", "abort"] as const;

/** `status paused cancel completing vote done` of each job, oldest first, `finalizing decision`. */
export function projected({ jobs }: Group): string {
  const [first] = jobs;
  if (first === undefined) throw new Error("a group without jobs has no projection");
  const ofGroup = [+first.finalizing, decisions.indexOf(first.decision)];
  for (const { id, finalizing, decision } of jobs) {
    if (finalizing === first.finalizing && decision === first.decision) continue;
    throw new Error(`members of one group disagree on their decision: ${first.id} and ${id}`);
  }
  return [...jobs.flatMap(numbersOf), ...ofGroup].join(" ");
}

function numbersOf(job: Job): readonly number[] {
  return [
    statuses.indexOf(job.status),
    +job.userPaused,
    cancels.indexOf(job.cancel),
    +job.completing,
    +(job.vote !== null),
    dones.indexOf(job.done),
  ];
}
