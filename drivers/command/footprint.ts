/**
 * The footprint of a job's program on this machine: which group it is, beside the job's log. Whoever
 * begins the program anew kills what is left of it first: a worker that hangs, instead of dying,
 * has lost its job, and its program runs on. On Linux only, where a process can be told from a
 * later one of the same number.
 */
import { readFile, readlink, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { logFolder } from "./job-log.ts";
import { ProcessGroup } from "./process-group.ts";

function pathOf(uid: string): string {
  return join(logFolder(), `${uid}.group`);
}

/** What only this process has been since the machine started; undefined when it is gone. */
async function identityOf(pid: number): Promise<string | undefined> {
  try {
    const [boot, space, stat] = await Promise.all([
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
      readlink("/proc/self/ns/pid"),
      readFile(`/proc/${pid}/stat`, "latin1"),
    ]);
    // The 22nd field, when the process was started, is the 20th after the name in brackets.
    const startedAt = stat.replace(/^.*\) /s, "").split(" ")[19] ?? "";
    return `${boot.trim()} ${space} ${startedAt}`;
  } catch {
    return undefined;
  }
}

/** Without a place to write to there is no footprint, and that is all. */
export async function leaveFootprint(uid: string, pgid: number): Promise<void> {
  const identity = await identityOf(pgid);
  if (identity === undefined) return;
  await writeFile(pathOf(uid), `${pgid} ${identity}`, { mode: 0o600 }).catch(() => {});
}

/** Only the group's own: the program may have been begun anew meanwhile. */
export async function removeFootprint(uid: string, pgid: number): Promise<void> {
  const text = await readFile(pathOf(uid), "utf8").catch(() => "");
  if (text.startsWith(`${pgid} `)) await rm(pathOf(uid), { force: true }).catch(() => {});
}

/** Kills what an earlier claim of the job has left running on this machine. */
export async function killLeftOver(uid: string): Promise<void> {
  const text = await readFile(pathOf(uid), "utf8").catch(() => "");
  const [, pgid = "", identity] = /^(\d+) (.+)$/.exec(text) ?? [];
  if (identity === undefined || (await identityOf(Number(pgid))) !== identity) return;
  await new ProcessGroup(Number(pgid)).kill();
}
