/** Transactions of one to four backups: they converge, and they end together or each alone. */
import { backups, backupsOf, byHand, clearAway, copyOf, kept, look, slowly } from "../jobs.ts";
import { eio, faultyDisk, MiB, nullDisk } from "../nodes.ts";
import type { Monitor } from "../monitor.ts";
import type { Message } from "../recording.ts";
import type { Session } from "../session.ts";

const smallBytes = 4 * MiB;
const badByte = 3 * MiB;

const quick: Message = {};
/** Works on a source that fails near its end. */
const failing: Message = { device: "bad-source" };
/** The same, but gets there only when its speed is raised. */
const failingLate: Message = { ...failing, ...slowly };

const names = ["a", "b", "c", "d"];

/** A source and a target for each, and a source that fails. */
async function disks(qmp: Monitor): Promise<void> {
  const fault = { on: "read", errno: eio, once: false, atByte: badByte } as const;
  await faultyDisk(qmp, "bad-source", fault, { driver: "null-co", size: smallBytes });
  for (const name of [...names, "e", "f", "g"]) {
    await nullDisk(qmp, `source-${name}`, smallBytes);
    await nullDisk(qmp, `target-${name}`, smallBytes);
  }
}

function copyOn(job: string, options: Message): Message {
  return copyOf(job, { device: `source-${job}`, target: `target-${job}`, ...options });
}

/** Starts the members, and gives their names. */
async function group(
  qmp: Monitor,
  members: readonly Message[],
  completion: "grouped" | "individual" = "grouped",
): Promise<readonly string[]> {
  const jobs = names.slice(0, members.length);
  const copies = members.map((options, index) => copyOn(jobs[index] ?? "", options));
  await backups(qmp, copies, completion);
  return jobs;
}

async function allReach(qmp: Monitor, jobs: readonly string[], status: string): Promise<void> {
  for (const job of jobs) await qmp.reaches(job, status);
}

/** Raises the speed, so that the job gets on. */
async function hurry(qmp: Monitor, device: string): Promise<void> {
  await qmp.run("block-job-set-speed", { device, speed: 0 });
}

export const groups: readonly Session[] = [
  ...[1, 2, 3, 4].map((size) => ({
    name: `group-of-${size}`,
    shows: `${size} that succeed together`,
    before: disks,
    script: async (qmp: Monitor) => {
      const jobs = await group(
        qmp,
        Array.from({ length: size }, () => quick),
      );
      await allReach(qmp, jobs, "null");
      await look(qmp);
    },
  })),
  ...[2, 3, 4].map((size) => ({
    name: `group-of-${size}-that-fails`,
    shows: `one of ${size} fails while the others wait, and all abort`,
    before: disks,
    script: async (qmp: Monitor) => {
      const others = Array.from({ length: size - 1 }, () => quick);
      const jobs = await group(qmp, [failingLate, ...others]);
      await allReach(qmp, jobs.slice(1), "waiting");
      await look(qmp);
      await hurry(qmp, "a");
      await allReach(qmp, jobs, "null");
      await look(qmp);
    },
  })),
  {
    name: "group-that-fails-at-once",
    shows: "one fails while the others are still at work",
    before: disks,
    script: async (qmp) => {
      const jobs = await group(qmp, [slowly, failing, slowly]);
      await allReach(qmp, jobs, "null");
      await look(qmp);
    },
  },
  {
    name: "group-of-two-failures",
    shows: "two fail, of which the first one decides",
    before: disks,
    script: async (qmp) => {
      const jobs = await group(qmp, [failing, failing, quick]);
      await allReach(qmp, jobs, "null");
    },
  },
  {
    name: "group-by-hand",
    shows: "one member that is finalized by hand holds all in pending, and any may be asked",
    before: disks,
    script: async (qmp) => {
      const jobs = await group(qmp, [quick, byHand, quick]);
      await allReach(qmp, jobs, "pending");
      await look(qmp);
      await qmp.run("job-finalize", { id: "c" });
      await qmp.rests("b", "concluded");
      await look(qmp);
      await qmp.refused("job-finalize", { id: "b" });
      await qmp.run("job-dismiss", { id: "b" });
    },
  },
  {
    name: "group-that-waits",
    shows: "a paused member keeps the others waiting, and no one can be finalized meanwhile",
    before: disks,
    script: async (qmp) => {
      const jobs = await group(qmp, [quick, slowly, quick]);
      await qmp.run("job-pause", { id: "b" });
      await qmp.rests("b", "paused");
      await qmp.rests("a", "waiting");
      await qmp.rests("c", "waiting");
      await qmp.refused("job-finalize", { id: "a" });
      await look(qmp);
      await hurry(qmp, "b");
      await qmp.run("job-resume", { id: "b" });
      await allReach(qmp, jobs, "null");
    },
  },
  ...(["running", "paused", "waiting", "pending"] as const).map((status) => ({
    name: `group-cancelled-in-${status}`,
    shows: `a member that is ${status} is cancelled, and with it all`,
    before: disks,
    script: async (qmp: Monitor) => {
      const other = status === "pending" ? byHand : slowly;
      const first = status === "waiting" || status === "pending" ? quick : slowly;
      const jobs = await group(qmp, [first, other, quick]);
      await qmp.rests("c", status === "pending" ? "pending" : "waiting");
      if (status === "paused") await qmp.run("job-pause", { id: "a" });
      await qmp.rests("a", status);
      await qmp.run("job-cancel", { id: "a" });
      await qmp.rests("b", "concluded", "null");
      await look(qmp);
      for (const job of jobs) await clearAway(qmp, job);
    },
  })),
  {
    name: "group-with-a-paused-member-that-aborts",
    shows: "the failure of one lifts the pause of another",
    before: disks,
    script: async (qmp) => {
      const jobs = await group(qmp, [slowly, failingLate]);
      await qmp.run("job-pause", { id: "a" });
      await qmp.rests("a", "paused");
      await hurry(qmp, "b");
      await allReach(qmp, jobs, "null");
    },
  },
  {
    name: "group-kept",
    shows: "members that are dismissed by hand keep their outcome until then",
    before: disks,
    script: async (qmp) => {
      const jobs = await group(qmp, [kept, { ...failingLate, ...kept }, { ...slowly, ...kept }]);
      await qmp.rests("a", "waiting");
      await hurry(qmp, "b");
      for (const job of jobs) await qmp.rests(job, "concluded");
      await look(qmp);
      for (const job of jobs) await qmp.run("job-dismiss", { id: job });
      await look(qmp);
    },
  },
  {
    name: "individual-jobs",
    shows: "jobs that were created together but end each alone",
    before: disks,
    script: async (qmp) => {
      const jobs = await group(qmp, [quick, failing, slowly], "individual");
      await allReach(qmp, jobs.slice(0, 2), "null");
      await look(qmp);
      await qmp.run("job-cancel", { id: "c" });
      await qmp.reaches("c", "null");
    },
  },
  {
    name: "individual-jobs-refused",
    shows: "a second action that cannot be started undoes the first",
    before: disks,
    script: async (qmp) => {
      const copies = [copyOn("a", quick), copyOn("b", { device: "nowhere" })];
      await qmp.refused("transaction", backupsOf(copies, "individual"));
      await look(qmp);
      await qmp.refused("transaction", backupsOf(copies, "grouped"));
      await look(qmp);
    },
  },
  {
    name: "two-groups",
    shows: "two groups at once, one of which fails, and a job beside them",
    before: disks,
    script: async (qmp) => {
      await group(qmp, [quick, byHand]);
      await backups(qmp, [copyOn("e", slowly), copyOn("f", failingLate)]);
      await qmp.run("blockdev-backup", copyOn("g", slowly));
      await hurry(qmp, "f");
      await qmp.reaches("e", "null");
      await look(qmp);
      await hurry(qmp, "g");
      await qmp.reaches("g", "null");
      await qmp.rests("b", "pending");
      await qmp.run("job-finalize", { id: "a" });
      await qmp.rests("b", "concluded");
      await qmp.run("job-dismiss", { id: "b" });
    },
  },
];
