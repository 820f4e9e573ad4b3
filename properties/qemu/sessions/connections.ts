/** Where a log begins late, ends early, or is about jobs that disturb each other. */
import { backup, backups, copyOf, kept, look, slowly } from "../jobs.ts";
import { nullDisk, nullDisks } from "../nodes.ts";
import type { Monitor } from "../monitor.ts";
import type { Session } from "../session.ts";
import { bring, siblingOf, stageDisks, stages } from "../stages.ts";

/** The statuses in which several jobs can be at once, each on the same disks. */
const lasting = stages.filter((stage) => stage !== "null");

export const connections: readonly Session[] = [
  {
    name: "late-attach",
    shows: "a client that comes when one job is running and another concluded, and looks",
    before: async (qmp) => {
      await stageDisks(qmp);
      await backup(qmp, "concluded", { device: "small-source", target: "small-target", ...kept });
      await qmp.rests("concluded", "concluded");
      await bring(qmp, "running", "running");
    },
    script: async (qmp) => {
      await look(qmp);
      await qmp.run("job-pause", { id: "running" });
      await qmp.rests("running", "paused");
      await qmp.run("job-dismiss", { id: "concluded" });
      await qmp.run("job-cancel", { id: "running" });
      await qmp.rests("running", "null");
      await look(qmp);
    },
  },
  ...lasting.map((stage) => ({
    name: `late-attach-in-${stage}`,
    shows: `a client that comes when a job is ${stage}, and cancels it unasked`,
    before: async (qmp: Monitor) => {
      await stageDisks(qmp);
      await bring(qmp, "j", stage);
    },
    script: async (qmp: Monitor) => {
      await qmp.run(stage === "concluded" ? "job-dismiss" : "job-cancel", { id: "j" });
      await qmp.rests("j", "null");
      if (stage === "waiting") await qmp.rests(siblingOf("j"), "null");
    },
  })),
  {
    name: "internal-pauses",
    shows: "a transaction stops all disks: every job is paused but the one that is already",
    script: async (qmp) => {
      await stageDisks(qmp);
      await nullDisk(qmp, "third-target");
      await bring(qmp, "ready", "ready");
      await bring(qmp, "running", "running");
      await backup(qmp, "paused", { target: "other-target", ...slowly });
      await qmp.rests("paused", "running");
      await qmp.run("job-pause", { id: "paused" });
      await qmp.rests("paused", "paused");
      await backups(qmp, [copyOf("last", { target: "third-target", ...slowly })]);
      await look(qmp);
      await qmp.rests("ready", "ready");
      for (const job of ["ready", "running", "paused", "last"]) {
        await qmp.run("job-cancel", { id: job });
        await qmp.rests(job, "null");
      }
    },
  },
  {
    name: "quit-with-active-jobs",
    shows: "the daemon is told to quit while a backup, a group and a mirror are at work",
    script: async (qmp) => {
      await stageDisks(qmp);
      await nullDisk(qmp, "third-target");
      await bring(qmp, "m", "standby");
      await backups(qmp, [copyOf("a", slowly), copyOf("b", { target: "other-target", ...slowly })]);
      await backup(qmp, "c", { target: "third-target", ...slowly, ...kept });
      await qmp.run("quit");
      await qmp.closed;
    },
  },
  {
    name: "cut-off",
    shows: "a log that stops while jobs live",
    script: async (qmp) => {
      await nullDisks(qmp);
      await backup(qmp, "b", slowly);
      await qmp.rests("b", "running");
      await look(qmp);
    },
  },
];
