/** Every verb in every status that lasts: what is taken, what is refused, and with which words. */
import { clearAway } from "../jobs.ts";
import type { Monitor } from "../monitor.ts";
import type { Message } from "../recording.ts";
import type { Session } from "../session.ts";
import { bring, siblingOf, stageDisks, stages, type Stage } from "../stages.ts";

type Arguments = (job: string) => Message;

const byId: Arguments = (id) => ({ id });
const byDevice: Arguments = (device) => ({ device });

const jobVerbs = ["pause", "resume", "cancel", "complete", "finalize", "dismiss"];

const jobCommands: Readonly<Record<string, Arguments>> = Object.fromEntries(
  jobVerbs.map((verb) => [`job-${verb}`, byId]),
);

const blockJobCommands: Readonly<Record<string, Arguments>> = {
  "block-job-pause": byDevice,
  "block-job-resume": byDevice,
  "block-job-cancel": byDevice,
  "block-job-complete": byDevice,
  "block-job-finalize": byId,
  "block-job-dismiss": byId,
  "block-job-set-speed": (device) => ({ device, speed: 1 }),
  "block-job-change": (id) => ({ id, type: "mirror", "copy-mode": "write-blocking" }),
};

/** Asks each command of a job in the status: the last one that refused, or a new one. */
function each(
  status: Stage,
  commands: Readonly<Record<string, Arguments>>,
): (qmp: Monitor) => Promise<void> {
  return async (qmp) => {
    let jobs = 0;
    let job = "";
    for (const [command, argumentsOf] of Object.entries(commands)) {
      if (job === "") {
        jobs += 1;
        job = `job-${jobs}`;
        await bring(qmp, job, status);
      }
      const { error } = await qmp.ask(command, argumentsOf(job));
      if (error === undefined) {
        await clear(qmp, job, status);
        job = "";
      }
    }
    if (job !== "") await clear(qmp, job, status);
  };
}

async function clear(qmp: Monitor, job: string, status: Stage): Promise<void> {
  await clearAway(qmp, job);
  if (status === "waiting") await clearAway(qmp, siblingOf(job));
}

export const verbs: readonly Session[] = stages.flatMap((status) => [
  {
    name: `verbs-in-${status}`,
    shows: `each job-* command on a job that is ${status}`,
    before: stageDisks,
    script: each(status, jobCommands),
  },
  {
    name: `block-verbs-in-${status}`,
    shows: `each block-job-* command on a job that is ${status}`,
    before: stageDisks,
    script: each(status, blockJobCommands),
  },
]);
