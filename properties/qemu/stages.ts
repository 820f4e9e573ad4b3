/** The statuses that last, and how to bring a job into each. */
import { backup, backups, copyOf, kept, mirror, slowly } from "./jobs.ts";
import { MiB, nullDisk } from "./nodes.ts";
import type { Monitor } from "./monitor.ts";

const smallBytes = MiB;

export type Stage = (typeof stages)[number];

export const stages = [
  "running",
  "paused",
  "ready",
  "standby",
  "waiting",
  "pending",
  "concluded",
  "null",
] as const;

/** Adds the disks that `bring` uses. */
export async function stageDisks(qmp: Monitor): Promise<void> {
  for (const name of ["source", "target", "other-target"]) await nullDisk(qmp, name);
  for (const name of ["small-source", "small-target"]) await nullDisk(qmp, name, smallBytes);
}

const small = { device: "small-source", target: "small-target" };

/** What keeps a waiting job waiting. */
export const siblingOf = (job: string): string => `${job}-sibling`;

/** Starts a job that stays in the stage. `null` is a job that is gone. */
export async function bring(qmp: Monitor, job: string, stage: Stage): Promise<void> {
  switch (stage) {
    case "running":
      await backup(qmp, job, slowly);
      break;
    case "paused":
      await bring(qmp, job, "running");
      await qmp.rests(job, "running");
      await qmp.run("job-pause", { id: job });
      break;
    case "ready":
      await mirror(qmp, job, small);
      break;
    case "standby":
      await bring(qmp, job, "ready");
      await qmp.rests(job, "ready");
      await qmp.run("job-pause", { id: job });
      break;
    case "waiting":
      await backups(qmp, [
        copyOf(job, small),
        copyOf(siblingOf(job), { target: "other-target", ...slowly }),
      ]);
      break;
    case "pending":
      await backup(qmp, job, { ...small, "auto-finalize": false });
      break;
    case "concluded":
      await backup(qmp, job, { ...small, ...kept });
      break;
    case "null":
      await backup(qmp, job, small);
      break;
  }
  await qmp.rests(job, stage);
}
