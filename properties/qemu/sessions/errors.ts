/** Errors of a disk, and each policy for them. */
import { clearAway, copyOf, kept, look } from "../jobs.ts";
import { eio, enospc, faultyDisk, fullDisk, MiB, nullDisk, type Fault } from "../nodes.ts";
import type { Monitor } from "../monitor.ts";
import type { Message } from "../recording.ts";
import type { Session } from "../session.ts";

const onceOnRead: Fault = { on: "read", errno: eio, once: true, atByte: 2 * MiB };
const alwaysOnRead: Fault = { ...onceOnRead, once: false };
const fullOnce: Fault = { on: "write", errno: enospc, once: true, atByte: 2 * MiB };

/** `source`, which is full, and `target`; one of them fails. */
async function disks(qmp: Monitor, fault: Fault): Promise<void> {
  if (fault.on === "read") {
    await fullDisk(qmp, "good-source", 4 * MiB);
    await faultyDisk(qmp, "source", fault, "good-source");
    await nullDisk(qmp, "target", 4 * MiB);
  } else {
    await fullDisk(qmp, "source", 4 * MiB);
    await faultyDisk(qmp, "target", fault, { driver: "null-co", size: 4 * MiB });
  }
}

const onRead = (policy: string): Message => ({ "on-source-error": policy });
const onWrite = (policy: string): Message => ({ "on-target-error": policy });

/** A job whose disk fails under a policy that does not stop it. */
function goesOn(type: "backup" | "mirror", name: string, fault: Fault, options: Message): Session {
  return {
    name,
    shows: `a ${type} under a policy that does not stop at an error`,
    before: (qmp) => disks(qmp, fault),
    script: async (qmp) => {
      await qmp.run(`blockdev-${type}`, copyOf("j", { ...kept, ...options }));
      await qmp.rests("j", "ready", "concluded");
      await look(qmp);
      if (qmp.statusOf("j") === "ready") await qmp.run("job-complete", { id: "j" });
      await qmp.rests("j", "concluded");
      await look(qmp);
      await clearAway(qmp, "j");
    },
  };
}

/** A job that its policy stops, and that goes on when it is resumed. */
function stops(type: "backup" | "mirror", name: string, fault: Fault, options: Message): Session {
  return {
    name,
    shows: `a ${type} that stops at an error, and goes on when it is resumed`,
    before: (qmp) => disks(qmp, fault),
    script: async (qmp) => {
      await qmp.run(`blockdev-${type}`, copyOf("j", { ...kept, ...options }));
      await qmp.hears("BLOCK_JOB_ERROR");
      await qmp.rests("j", "paused");
      await look(qmp);
      await qmp.refused("job-pause", { id: "j" });
      await qmp.refused("job-complete", { id: "j" });
      await qmp.refused("block-job-cancel", { device: "j" });
      await qmp.run("job-resume", { id: "j" });
      await qmp.rests("j", "ready", "concluded");
      if (qmp.statusOf("j") === "ready") await qmp.run("job-complete", { id: "j" });
      await qmp.rests("j", "concluded");
      await look(qmp);
      await clearAway(qmp, "j");
    },
  };
}

export const errors: readonly Session[] = [
  goesOn("backup", "backup-reports-an-error", onceOnRead, onRead("report")),
  goesOn("backup", "backup-ignores-an-error", onceOnRead, onRead("ignore")),
  goesOn("backup", "backup-enospc-at-another-error", onceOnRead, onRead("enospc")),
  goesOn("mirror", "mirror-reports-an-error", onceOnRead, onRead("report")),
  goesOn("mirror", "mirror-ignores-an-error", onceOnRead, onRead("ignore")),
  stops("backup", "backup-stops-at-an-error", onceOnRead, onRead("stop")),
  stops("mirror", "mirror-stops-at-an-error", onceOnRead, onRead("stop")),
  stops("backup", "backup-stops-when-full", fullOnce, onWrite("enospc")),
  stops("mirror", "mirror-stops-when-full", fullOnce, onWrite("enospc")),
  {
    name: "backup-stops-again",
    shows: "an error that persists stops the job again, until it is cancelled",
    before: (qmp) => disks(qmp, alwaysOnRead),
    script: async (qmp) => {
      await qmp.run("blockdev-backup", copyOf("j", onRead("stop")));
      for (const _ of [1, 2]) {
        await qmp.hears("BLOCK_JOB_ERROR");
        await qmp.rests("j", "paused");
        await qmp.run("job-resume", { id: "j" });
      }
      await qmp.hears("BLOCK_JOB_ERROR");
      await qmp.rests("j", "paused");
      await qmp.run("job-cancel", { id: "j" });
      await qmp.rests("j", "null");
      await look(qmp);
    },
  },
  {
    name: "mirror-fails-when-it-begins",
    shows: "a target that takes nothing: the job ends by its own error",
    before: (qmp) => disks(qmp, { on: "write", errno: eio, once: false }),
    script: async (qmp) => {
      await qmp.run("blockdev-mirror", copyOf("j", kept));
      await qmp.rests("j", "concluded");
      await look(qmp);
      await qmp.run("job-dismiss", { id: "j" });
    },
  },
];
