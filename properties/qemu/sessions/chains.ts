/** Jobs that shorten a chain of images. */
import { chain, fill } from "../chain.ts";
import { byHand, kept, look, slowly } from "../jobs.ts";
import { MiB, nullDisk } from "../nodes.ts";
import type { Monitor } from "../monitor.ts";
import type { Session } from "../session.ts";

const sizeBytes = 2 * MiB;

/** `base`, `middle` and `top`, of which one holds something. */
async function chainWith(qmp: Monitor, full: "middle" | "top"): Promise<void> {
  await nullDisk(qmp, "base", sizeBytes);
  await chain(qmp, sizeBytes);
  await fill(qmp, full, sizeBytes);
}

export const chains: readonly Session[] = [
  {
    name: "stream",
    shows: "a stream that nobody touches",
    before: (qmp) => chainWith(qmp, "middle"),
    script: async (qmp) => {
      await qmp.run("block-stream", { "job-id": "s", device: "top" });
      await qmp.reaches("s", "null");
      await look(qmp);
    },
  },
  {
    name: "stream-by-hand",
    shows: "a slow stream that is paused, hurried, finalized and dismissed",
    before: (qmp) => chainWith(qmp, "middle"),
    script: async (qmp) => {
      await qmp.run("block-stream", { "job-id": "s", device: "top", ...byHand, ...slowly });
      await qmp.rests("s", "running");
      await qmp.run("job-pause", { id: "s" });
      await qmp.rests("s", "paused");
      await look(qmp);
      await qmp.run("job-resume", { id: "s" });
      await qmp.run("block-job-set-speed", { device: "s", speed: 0 });
      await qmp.rests("s", "pending");
      await look(qmp);
      await qmp.run("job-finalize", { id: "s" });
      await qmp.rests("s", "concluded");
      await look(qmp);
      await qmp.run("job-dismiss", { id: "s" });
    },
  },
  {
    name: "stream-cancelled",
    shows: "a slow stream that is cancelled softly, which is no different before it is ready",
    before: (qmp) => chainWith(qmp, "middle"),
    script: async (qmp) => {
      await qmp.run("block-stream", { "job-id": "s", device: "top", ...kept, ...slowly });
      await qmp.rests("s", "running");
      await qmp.run("block-job-cancel", { device: "s" });
      await qmp.rests("s", "concluded");
      await look(qmp);
      await qmp.run("job-dismiss", { id: "s" });
    },
  },
  {
    name: "commit-of-the-middle",
    shows: "an intermediate image that is committed into its base: it is never ready",
    before: (qmp) => chainWith(qmp, "middle"),
    script: async (qmp) => {
      await qmp.run("block-commit", {
        "job-id": "c",
        device: "top",
        "top-node": "middle",
        "base-node": "base",
        ...slowly,
      });
      await qmp.rests("c", "running");
      await look(qmp);
      await qmp.refused("job-complete", { id: "c" });
      await qmp.run("block-job-set-speed", { device: "c", speed: 0 });
      await qmp.reaches("c", "null");
      await look(qmp);
    },
  },
  {
    name: "commit-of-the-top",
    shows: "the active image that is committed into its base: it is ready, then completed",
    before: (qmp) => chainWith(qmp, "top"),
    script: async (qmp) => {
      await qmp.run("block-commit", { "job-id": "c", device: "top", "base-node": "base" });
      await qmp.hears("BLOCK_JOB_READY");
      await look(qmp);
      await qmp.run("job-complete", { id: "c" });
      await qmp.reaches("c", "null");
      await look(qmp);
    },
  },
  {
    name: "commit-by-hand",
    shows: "an active commit that is paused when ready, completed and finalized",
    before: (qmp) => chainWith(qmp, "top"),
    script: async (qmp) => {
      const job = { "job-id": "c", device: "top", "base-node": "middle", ...byHand };
      await qmp.run("block-commit", job);
      await qmp.hears("BLOCK_JOB_READY");
      await qmp.run("job-pause", { id: "c" });
      await qmp.rests("c", "standby");
      await qmp.run("job-resume", { id: "c" });
      await qmp.run("job-complete", { id: "c" });
      await qmp.rests("c", "pending");
      await look(qmp);
      await qmp.run("job-finalize", { id: "c" });
      await qmp.rests("c", "concluded");
      await qmp.run("job-dismiss", { id: "c" });
    },
  },
  {
    name: "commit-cancelled-softly",
    shows: "an active commit that ends without switching over, as a success",
    before: (qmp) => chainWith(qmp, "top"),
    script: async (qmp) => {
      await qmp.run("block-commit", { "job-id": "c", device: "top", "base-node": "middle" });
      await qmp.hears("BLOCK_JOB_READY");
      await qmp.run("block-job-cancel", { device: "c" });
      await qmp.reaches("c", "null");
    },
  },
];
