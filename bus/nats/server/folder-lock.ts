/**
 * A folder of streams is one nats-server's at a time: a second one in it would destroy what the
 * first has acknowledged. The lock is this process's, and the system's to open when it dies; its
 * server may live on for a moment then.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BusError } from "../../bus-error.ts";
import type { World } from "../../world.ts";

/** What a server has in its folder, beside its streams. */
export const serverFiles = { configuration: "server.conf", pid: "server.pid", log: "server.log" };

/** A server whose process is gone ends within that time, if it ends at all. */
const orphanMsMax = 2_000;
const lookMs = 20;

export class FolderLock implements Disposable {
  readonly #lock: DatabaseSync;

  private constructor(lock: DatabaseSync) {
    this.#lock = lock;
  }

  /**
   * Takes the folder, which must be there, under its real path. Fails with BusError `unavailable`
   * when a nats-server uses it, and `readonly` when this process may not write there.
   */
  static async take(folder: string, world: World): Promise<FolderLock> {
    const lock = new FolderLock(locked(folder));
    const startedMs = world.monotonic();
    while (serverIn(folder) !== undefined) {
      if (world.monotonic() - startedMs > orphanMsMax) {
        lock[Symbol.dispose]();
        throw inUse(folder);
      }
      await world.sleep(lookMs);
    }
    return lock;
  }

  [Symbol.dispose](): void {
    this.#lock.close();
  }
}

/** SQLite's lock on a file that holds nothing: every system has one, and opens it for the dead. */
function locked(folder: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(folder, "server.lock"), { timeout: 0 });
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (cause) {
    lock?.close();
    const isTaken = cause instanceof Error && /\blocked\b/.test(cause.message);
    if (isTaken) throw inUse(folder);
    throw new BusError("readonly", `${folder}: cannot be locked for a nats-server`, { cause });
  }
}

function inUse(folder: string): BusError {
  const found = serverIn(folder);
  if (found === undefined) {
    return new BusError("unavailable", `${folder} is in use: a nats-server is being started there`);
  }
  const { port, pid } = found;
  return new BusError(
    "unavailable",
    `${folder} is in use by the nats-server on port ${port} (pid ${pid}): use that ` +
      `(--bus nats://127.0.0.1:${port}), or choose another folder (--data)`,
  );
}

/** The server that was started here and is alive, by what it has written down. */
function serverIn(folder: string): { readonly pid: number; readonly port: string } | undefined {
  const configuration = join(folder, serverFiles.configuration);
  const pid = Number(textIn(join(folder, serverFiles.pid)));
  if (!(pid > 0) || !isAlive(pid)) return undefined;
  if (commandOf(pid)?.includes(configuration) === false) return undefined;
  const port = /^listen: "127\.0\.0\.1:(\d+)"$/m.exec(textIn(configuration))?.[1] ?? "unknown";
  return { pid, port };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** How that process was started; empty when it is gone, undefined when nobody says. */
function commandOf(pid: number): string | undefined {
  if (process.platform === "linux") return textIn(`/proc/${pid}/cmdline`);
  const words = ["-ww", "-o", "command=", "-p", String(pid)];
  return spawnSync("ps", words, { encoding: "utf8" }).stdout ?? undefined;
}

function textIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
