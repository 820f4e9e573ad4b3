/**
 * Fairness: what patient users, willing workers and a running clock would say of a job next. Told
 * again and again, it brings every job to its end from wherever it stands.
 */
import { offerOf, stepOf } from "../../machines/duty.ts";
import type { JobInput } from "../../machines/input.ts";
import type { Job, StepName } from "../../machines/record.ts";
import { isParked, isWorking } from "../../machines/status.ts";
import { firstWorker, usualInput } from "../../machines/story.ts";

const done: Readonly<Record<StepName, JobInput["verb"]>> = {
  prepare: "prepared",
  commit: "committed",
  abort: "aborted",
  clean: "cleaned",
};

/** What is said next, and not before `at`; undefined when others must move first. */
export function fairInput(job: Job, at: number): { at: number; said: JobInput } | undefined {
  const offer = offerOf(job);
  if (offer !== undefined) {
    const claim = { ...firstWorker, host: offer.host ?? firstWorker.host };
    const said = { verb: "claimed", uid: job.uid, epoch: job.epoch + 1, claim } as const;
    return { at: Math.max(at, offer.at), said };
  }
  const verb = fairVerb(job);
  return verb && { at, said: usualInput(job, verb) };
}

function fairVerb(job: Job): JobInput["verb"] | undefined {
  if (job.status === "created") return "start";
  if (isParked(job.status)) {
    return job.userPaused && job.cancel !== "force" ? "resume" : "resumed";
  }
  if (isWorking(job.status)) return workVerb(job);
  const step = stepOf(job);
  if (step !== null) return done[step];
  if (job.status === "pending" && !job.finalizing) return "finalize";
  return job.status === "concluded" ? "dismiss" : undefined;
}

/** The next thing of a run: it honours a pause, becomes ready if it can, is completed, and ends. */
function workVerb(job: Job): JobInput["verb"] {
  if (job.userPaused && job.cancel !== "force") return "paused";
  if (job.status === "running" && job.shape.can.includes("ready")) return "ready";
  const asksComplete = job.status === "ready" && !job.completing && job.cancel === "no";
  return asksComplete ? "complete" : "finished";
}
