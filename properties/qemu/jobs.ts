/** Jobs for sessions: short to start, and made to stay where the session wants to see them. */
import type { Monitor } from "./monitor.ts";
import type { Message } from "./recording.ts";

/** After its first piece of work such a job waits: at a byte a second it never ends. */
export const slowly: Message = { speed: 1 };

/** Finalized and dismissed only when told. */
export const byHand: Message = { "auto-finalize": false, "auto-dismiss": false };

/** Kept in `concluded` until it is dismissed. */
export const kept: Message = { "auto-dismiss": false };

/** A full copy of `source` to `target`; for backup and mirror alike. */
export function copyOf(job: string, options: Message = {}): Message {
  return { "job-id": job, device: "source", target: "target", sync: "full", ...options };
}

export async function backup(qmp: Monitor, job: string, options?: Message): Promise<void> {
  await qmp.run("blockdev-backup", copyOf(job, options));
}

export async function mirror(qmp: Monitor, job: string, options?: Message): Promise<void> {
  await qmp.run("blockdev-mirror", copyOf(job, options));
}

/** One transaction of backups. */
export async function backups(
  qmp: Monitor,
  members: readonly Message[],
  completion: "grouped" | "individual" = "grouped",
): Promise<void> {
  await qmp.run("transaction", backupsOf(members, completion));
}

export function backupsOf(
  members: readonly Message[],
  completion: "grouped" | "individual",
): Message {
  return {
    actions: members.map((data) => ({ type: "blockdev-backup", data })),
    properties: { "completion-mode": completion },
  };
}

/** What a client that looks on would ask. */
export async function look(qmp: Monitor): Promise<void> {
  await qmp.run("query-jobs");
  await qmp.run("query-block-jobs");
}

/** Leaves nothing of the job, wherever it is. */
export async function clearAway(qmp: Monitor, job: string): Promise<void> {
  if (qmp.statusOf(job) === "null") return;
  await qmp.ask("job-cancel", { id: job });
  await qmp.rests(job, "concluded", "null");
  if (qmp.statusOf(job) === "concluded") await qmp.ask("job-dismiss", { id: job });
}
