/**
 * Who is in a process group, and in which state; the dead that nobody has buried yet are left out.
 * Read from /proc on Linux, elsewhere told by `ps`.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { promisify } from "node:util";

export interface Member {
  readonly pid: number;
  readonly parent: number;
  /** One letter, as `ps` has them. */
  readonly state: string;
}

/** So many are looked at before others have a turn. */
const turn = 200;
const dead = new Set(["Z", "X", "x"]);

export async function groupMembers(pgid: number): Promise<readonly Member[]> {
  const all = process.platform === "linux" ? await inProc(pgid) : await byPs(pgid);
  return all.filter(({ state }) => !dead.has(state));
}

/**
 * Whether all stand still. One that has just forked a child sleeps in the kernel (`vfork`) until
 * the child has become another program: if that is stopped first, its parent is as good as stopped.
 */
export function standStill(members: readonly Member[]): boolean {
  const stopped = members.filter(({ state }) => state === "T" || state === "t");
  const parents = new Set(stopped.map(({ parent }) => parent));
  return members.every(
    (member) => stopped.includes(member) || (member.state === "D" && parents.has(member.pid)),
  );
}

async function inProc(pgid: number): Promise<readonly Member[]> {
  const members: Member[] = [];
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (let at = 0; at < pids.length; at += turn) {
    if (at > 0) await new Promise(setImmediate);
    for (const pid of pids.slice(at, at + turn)) {
      // After the name, which is in brackets and may hold anything.
      const fields = statOf(pid).replace(/^.*\) /s, "");
      const [state = "", parent, group] = fields.split(" ", 3);
      if (Number(group) === pgid) members.push({ pid: Number(pid), parent: Number(parent), state });
    }
  }
  return members;
}

/** Empty when the process has gone meanwhile. Fails when too many files are open. */
function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch (error) {
    if (hasNoFileLeft(error)) throw error;
    return "";
  }
}

/** Whether it failed for now only, as too many files are open. */
export function hasNoFileLeft(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EMFILE" || code === "ENFILE";
}

async function byPs(pgid: number): Promise<readonly Member[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,pgid=,state="]);
  return stdout.split("\n").flatMap((line) => {
    const [pid, parent, group, state = ""] = line.trim().split(/\s+/);
    const member = { pid: Number(pid), parent: Number(parent), state: state.charAt(0) };
    return Number(group) === pgid ? [member] : [];
  });
}
