/** What is refused before there is a job, and whose id may be taken again. */
import { backup, backupsOf, copyOf, kept, look, mirror, slowly } from "../jobs.ts";
import { MiB, nullDisk, nullDisks } from "../nodes.ts";
import type { Monitor } from "../monitor.ts";
import type { Session } from "../session.ts";

const badIds = ["", "1", "_a", "-a", ".a", "#a", "a b", "a/b", "a:b", "a+b", "ä", "job-ü"];

/** Commands that are given something that no schema allows, or that is not there. */
const nonsense: readonly (readonly [command: string, args: Record<string, unknown>])[] = [
  ["job-pause", {}],
  ["job-pause", { id: 5 }],
  ["job-pause", { id: "b", force: true }],
  ["job-put-to-sleep", { id: "b" }],
  ["blockdev-backup", { ...copyOf("c"), sync: "half" }],
  ["blockdev-backup", { ...copyOf("c"), device: "nowhere" }],
  ["block-commit", { "job-id": "c", device: "nowhere" }],
  ["block-job-set-speed", { device: "b", speed: "fast" }],
];

async function start(qmp: Monitor): Promise<void> {
  await nullDisks(qmp, 4 * MiB);
  await backup(qmp, "b", slowly);
}

export const ids: readonly Session[] = [
  {
    name: "bad-ids",
    shows: "ids that are malformed, none at all, and one of three hundred letters that is fine",
    script: async (qmp) => {
      await nullDisks(qmp, 4 * MiB);
      for (const id of badIds) await qmp.refused("blockdev-backup", copyOf(id));
      const { "job-id": _, ...anonymous } = copyOf("");
      await qmp.refused("blockdev-backup", anonymous);
      const long = "a".repeat(300);
      await backup(qmp, long);
      await qmp.reaches(long, "null");
    },
  },
  {
    name: "duplicate-ids",
    shows: "an id that a running job has, in any letters but those",
    script: async (qmp) => {
      await start(qmp);
      await nullDisk(qmp, "other", 4 * MiB);
      await qmp.refused("blockdev-backup", copyOf("b", { target: "other" }));
      await qmp.refused("blockdev-mirror", copyOf("b", { target: "other" }));
      await backup(qmp, "B", { target: "other" });
      await qmp.reaches("B", "null");
      await qmp.run("job-cancel", { id: "b" });
      await qmp.reaches("b", "null");
    },
  },
  {
    name: "duplicate-ids-in-a-transaction",
    shows: "two members of one name: the first is undone",
    script: async (qmp) => {
      await nullDisks(qmp, 4 * MiB);
      await nullDisk(qmp, "other", 4 * MiB);
      const twins = [copyOf("a"), copyOf("a", { target: "other" })];
      await qmp.refused("transaction", backupsOf(twins, "grouped"));
      await qmp.refused("transaction", backupsOf(twins, "individual"));
      await look(qmp);
    },
  },
  {
    name: "id-reuse",
    shows: "an id is free once its job is null, and not while it is concluded",
    script: async (qmp) => {
      await nullDisks(qmp, 4 * MiB);
      await backup(qmp, "a", kept);
      await qmp.reaches("a", "concluded");
      await qmp.refused("blockdev-backup", copyOf("a"));
      await qmp.run("job-dismiss", { id: "a" });
      await backup(qmp, "a");
      await qmp.reaches("a", "null");
      await qmp.reaches("a", "null");
      await mirror(qmp, "a");
      await qmp.hears("BLOCK_JOB_READY");
      await qmp.run("job-complete", { id: "a" });
      await qmp.reaches("a", "null");
      await look(qmp);
    },
  },
  {
    name: "negative-speed",
    shows: "a speed below nothing, at creation, in each type, and later",
    script: async (qmp) => {
      await nullDisks(qmp, 4 * MiB);
      const speed = -1;
      await qmp.refused("blockdev-backup", copyOf("b", { speed, ...kept }));
      await look(qmp);
      await qmp.refused("blockdev-mirror", copyOf("b", { speed }));
      await qmp.refused("transaction", backupsOf([copyOf("b", { speed })], "grouped"));
      await qmp.refused("block-stream", { "job-id": "b", device: "source", speed });
      await backup(qmp, "b", slowly);
      await qmp.refused("block-job-set-speed", { device: "b", speed });
      await qmp.run("job-cancel", { id: "b" });
      await qmp.reaches("b", "null");
      await qmp.refused("block-job-set-speed", { device: "b", speed });
    },
  },
  {
    name: "nonsense",
    shows: "commands that no schema allows, beside a job that they leave alone",
    script: async (qmp) => {
      await start(qmp);
      for (const [command, args] of nonsense) await qmp.refused(command, args);
      await look(qmp);
      await qmp.run("job-cancel", { id: "b" });
      await qmp.reaches("b", "null");
    },
  },
];
