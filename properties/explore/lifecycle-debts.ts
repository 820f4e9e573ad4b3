/** What the lifecycle owes once it was asked for, of each member of a group: E4 to E9. */
import { offerOf } from "../../machines/duty.ts";
import type { Group, Job } from "../../machines/record.ts";
import { isEnded, isParked } from "../../machines/status.ts";
import type { Debt } from "./space.ts";

const sentences: readonly (readonly [sentence: string, isOwed: (job: Job) => boolean])[] = [
  [
    "E4 a job that is force-cancelled comes to its end",
    ({ cancel, status }) => cancel === "force" && !isEnded(status),
  ],
  [
    "E5 once the group has decided every member comes to its end",
    ({ decision, status }) => decision !== "none" && !isEnded(status),
  ],
  [
    "E6 a job that lost its worker, and needs one, gets a new one or is given up",
    (job) => job.epoch > 0 && offerOf(job) !== undefined,
  ],
  [
    "E7 a pause that was asked for parks the job, unless it is withdrawn or the work is over",
    ({ userPaused, cancel, status }) =>
      userPaused && cancel !== "force" && (status === "running" || status === "ready"),
  ],
  [
    "E8 a resume that was asked for ends the parking, unless it is paused again",
    ({ userPaused, status }) => isParked(status) && !userPaused,
  ],
  [
    "E9 a concluded job that is dismissed by itself, or never ran, goes",
    ({ status, autoDismiss, epoch }) => status === "concluded" && (autoDismiss || epoch === 0),
  ],
];

/** One debt for each member and sentence. */
export function debtsOf(jobs: number): readonly Debt<Group>[] {
  return sentences.flatMap(([text, isOwed]) =>
    Array.from({ length: jobs }, (_, place) => ({
      id: text.slice(0, text.indexOf(" ")),
      text,
      isOwed: (group: Group): boolean => {
        const job = group.jobs[place];
        return job !== undefined && isOwed(job);
      },
    })),
  );
}
