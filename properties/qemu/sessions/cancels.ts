/** Cancellation, forced and soft, of one job in each status that lasts. */
import { byHand, clearAway, look, mirror } from "../jobs.ts";
import type { Session } from "../session.ts";
import { bring, siblingOf, stageDisks } from "../stages.ts";
import { MiB, nullDisks } from "../nodes.ts";

const stagesWithWork = ["running", "paused", "ready", "standby", "waiting", "pending"] as const;

export const cancels: readonly Session[] = [
  {
    name: "cancelled",
    shows: "job-cancel in each status that takes it, looked at before and after",
    before: stageDisks,
    script: async (qmp) => {
      for (const stage of stagesWithWork) {
        await bring(qmp, stage, stage);
        await look(qmp);
        await qmp.run("job-cancel", { id: stage });
        await qmp.reaches(stage, "null");
        if (stage === "waiting") await qmp.rests(siblingOf(stage), "null");
      }
      await look(qmp);
    },
  },
  {
    name: "cancelled-softly",
    shows: "block-job-cancel in each status, refused where the job is paused",
    before: stageDisks,
    script: async (qmp) => {
      for (const stage of stagesWithWork) {
        await bring(qmp, stage, stage);
        await qmp.ask("block-job-cancel", { device: stage });
        if (stage === "paused" || stage === "standby") await look(qmp);
        await clearAway(qmp, stage);
        if (stage === "waiting") await clearAway(qmp, siblingOf(stage));
      }
    },
  },
  {
    name: "cancelled-by-force",
    shows: "block-job-cancel with force in each status, which is job-cancel",
    before: stageDisks,
    script: async (qmp) => {
      for (const stage of stagesWithWork) {
        await bring(qmp, stage, stage);
        await qmp.run("block-job-cancel", { device: stage, force: true });
        await qmp.rests(stage, "null");
        if (stage === "waiting") await clearAway(qmp, siblingOf(stage));
      }
    },
  },
  {
    name: "mirror-cancelled-softly-by-hand",
    shows: "a soft cancel of a ready mirror is a success that is finalized",
    before: (qmp) => nullDisks(qmp, MiB),
    script: async (qmp) => {
      await mirror(qmp, "m", byHand);
      await qmp.hears("BLOCK_JOB_READY");
      await qmp.run("block-job-cancel", { device: "m" });
      await qmp.ask("job-complete", { id: "m" });
      await qmp.rests("m", "pending");
      await look(qmp);
      await qmp.run("job-finalize", { id: "m" });
      await qmp.rests("m", "concluded");
      await look(qmp);
      await qmp.run("job-dismiss", { id: "m" });
    },
  },
  {
    name: "mirror-cancelled-softly-then-pending",
    shows: "after a soft cancel, a second one in pending aborts",
    before: (qmp) => nullDisks(qmp, MiB),
    script: async (qmp) => {
      await mirror(qmp, "m", byHand);
      await qmp.hears("BLOCK_JOB_READY");
      await qmp.run("block-job-cancel", { device: "m" });
      await qmp.rests("m", "pending");
      await qmp.run("job-cancel", { id: "m" });
      await qmp.rests("m", "concluded");
      await look(qmp);
      await qmp.run("job-dismiss", { id: "m" });
    },
  },
  {
    name: "mirror-completed-then-cancelled",
    shows: "a cancel right after complete: whichever of them was first decides",
    before: (qmp) => nullDisks(qmp, MiB),
    script: async (qmp) => {
      await mirror(qmp, "m", byHand);
      await qmp.hears("BLOCK_JOB_READY");
      await qmp.run("job-complete", { id: "m" });
      await qmp.ask("job-cancel", { id: "m" });
      await qmp.rests("m", "concluded");
      await look(qmp);
      await qmp.run("job-dismiss", { id: "m" });
    },
  },
  {
    name: "cancelled-twice",
    shows: "a cancel that is repeated: soft, soft, forced",
    before: stageDisks,
    script: async (qmp) => {
      await bring(qmp, "m", "ready");
      await qmp.run("block-job-cancel", { device: "m" });
      await qmp.ask("block-job-cancel", { device: "m" });
      await qmp.ask("job-cancel", { id: "m" });
      await qmp.rests("m", "null");
      await bring(qmp, "b", "running");
      await qmp.run("job-cancel", { id: "b" });
      await qmp.ask("job-cancel", { id: "b" });
      await qmp.rests("b", "null");
    },
  },
];
