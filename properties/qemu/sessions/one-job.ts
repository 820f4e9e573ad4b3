/** One job of each type, from its creation to its end. */
import { backup, byHand, kept, look, mirror, slowly } from "../jobs.ts";
import { fullDisk, MiB, nullDisk, nullDisks } from "../nodes.ts";
import type { Session } from "../session.ts";

const smallBytes = 4 * MiB;

export const oneJob: readonly Session[] = [
  {
    name: "backup",
    shows: "a backup that nobody touches",
    script: async (qmp) => {
      await nullDisks(qmp, smallBytes);
      await backup(qmp, "b");
      await qmp.reaches("b", "null");
      await look(qmp);
    },
  },
  {
    name: "backup-by-hand",
    shows: "a backup that is finalized and dismissed by hand, looked at in between",
    script: async (qmp) => {
      await nullDisks(qmp, smallBytes);
      await backup(qmp, "b", byHand);
      await qmp.reaches("b", "pending");
      await look(qmp);
      await qmp.run("job-finalize", { id: "b" });
      await qmp.reaches("b", "concluded");
      await look(qmp);
      await qmp.run("job-dismiss", { id: "b" });
      await qmp.reaches("b", "null");
      await look(qmp);
    },
  },
  {
    name: "backup-hurried",
    shows: "a slow backup whose speed is raised step by step",
    script: async (qmp) => {
      await nullDisks(qmp, smallBytes);
      await backup(qmp, "b", slowly);
      await qmp.reaches("b", "running");
      await look(qmp);
      await qmp.run("block-job-set-speed", { device: "b", speed: 2 });
      await qmp.refused("block-job-set-speed", { device: "b", speed: -1 });
      await qmp.run("block-job-set-speed", { device: "b", speed: 0 });
      await qmp.reaches("b", "null");
    },
  },
  {
    name: "backup-paused",
    shows: "a backup that is paused, paused again, resumed, and resumed again",
    script: async (qmp) => {
      await nullDisks(qmp);
      await backup(qmp, "b", slowly);
      await qmp.rests("b", "running");
      await qmp.run("job-pause", { id: "b" });
      await qmp.rests("b", "paused");
      await look(qmp);
      await qmp.refused("job-pause", { id: "b" });
      await qmp.run("block-job-set-speed", { device: "b", speed: 3 });
      await qmp.run("job-resume", { id: "b" });
      await qmp.rests("b", "running");
      await qmp.refused("job-resume", { id: "b" });
      await qmp.run("block-job-pause", { device: "b" });
      await qmp.refused("block-job-pause", { device: "b" });
      await qmp.rests("b", "paused");
      await qmp.run("block-job-resume", { device: "b" });
      await qmp.refused("block-job-resume", { device: "b" });
      await qmp.run("job-cancel", { id: "b" });
      await qmp.reaches("b", "null");
    },
  },
  {
    name: "mirror",
    shows: "a mirror that becomes ready, is paused there, and is completed",
    script: async (qmp) => {
      await nullDisks(qmp, smallBytes);
      await mirror(qmp, "m");
      await qmp.hears("BLOCK_JOB_READY");
      await look(qmp);
      await qmp.run("job-pause", { id: "m" });
      await qmp.rests("m", "standby");
      await look(qmp);
      await qmp.run("job-resume", { id: "m" });
      await qmp.rests("m", "ready");
      await qmp.run("job-complete", { id: "m" });
      await qmp.reaches("m", "null");
      await look(qmp);
    },
  },
  {
    name: "mirror-paused",
    shows: "a slow mirror that is paused before it is ready, and hurried",
    script: async (qmp) => {
      await fullDisk(qmp, "source", 20 * MiB);
      await nullDisk(qmp, "target", 20 * MiB);
      await mirror(qmp, "m", slowly);
      await qmp.rests("m", "running");
      await look(qmp);
      await qmp.run("job-pause", { id: "m" });
      await qmp.rests("m", "paused");
      await look(qmp);
      await qmp.refused("job-complete", { id: "m" });
      await qmp.run("block-job-set-speed", { device: "m", speed: 0 });
      await qmp.run("job-resume", { id: "m" });
      await qmp.hears("BLOCK_JOB_READY");
      await qmp.run("job-complete", { id: "m" });
      await qmp.reaches("m", "null");
    },
  },
  {
    name: "mirror-by-hand",
    shows: "a mirror that is completed, finalized and dismissed by hand",
    script: async (qmp) => {
      await nullDisks(qmp, smallBytes);
      await mirror(qmp, "m", byHand);
      await qmp.hears("BLOCK_JOB_READY");
      await qmp.run("block-job-complete", { device: "m" });
      await qmp.reaches("m", "pending");
      await look(qmp);
      await qmp.run("block-job-finalize", { id: "m" });
      await qmp.reaches("m", "concluded");
      await qmp.run("block-job-dismiss", { id: "m" });
      await qmp.reaches("m", "null");
    },
  },
  {
    name: "mirror-completed-in-standby",
    shows: "a mirror that is told to complete while it is parked",
    script: async (qmp) => {
      await nullDisks(qmp, smallBytes);
      await mirror(qmp, "m", kept);
      await qmp.hears("BLOCK_JOB_READY");
      await qmp.run("job-pause", { id: "m" });
      await qmp.rests("m", "standby");
      await qmp.ask("job-complete", { id: "m" });
      await look(qmp);
      await qmp.run("job-resume", { id: "m" });
      await qmp.reaches("m", "ready");
      await qmp.ask("job-complete", { id: "m" });
      await qmp.rests("m", "concluded");
      await qmp.run("job-dismiss", { id: "m" });
    },
  },
  {
    name: "mirror-of-nothing",
    shows: "a mirror of an empty disk, which still waits to be completed",
    script: async (qmp) => {
      await nullDisks(qmp, 0);
      await mirror(qmp, "m");
      await qmp.hears("BLOCK_JOB_READY");
      await look(qmp);
      await qmp.run("job-complete", { id: "m" });
      await qmp.reaches("m", "null");
    },
  },
  {
    name: "create",
    shows: "two images that are created, one of which cannot be, and dismissed",
    script: async (qmp) => {
      const size = smallBytes;
      await qmp.run("blockdev-create", {
        "job-id": "c",
        options: { driver: "file", filename: "a.raw", size },
      });
      await qmp.reaches("c", "concluded");
      await look(qmp);
      await qmp.run("job-dismiss", { id: "c" });
      await qmp.run("blockdev-create", {
        "job-id": "c",
        options: { driver: "file", filename: "nowhere/a.raw", size },
      });
      await qmp.reaches("c", "concluded");
      await look(qmp);
      await qmp.refused("block-job-dismiss", { id: "c" });
      await qmp.refused("block-job-cancel", { device: "c" });
      await qmp.run("job-dismiss", { id: "c" });
      await look(qmp);
    },
  },
];
