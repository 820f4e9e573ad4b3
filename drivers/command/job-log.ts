/**
 * The output of one job on this machine's disk, bounded: `<uid>.log`, and `<uid>.1.log` with what
 * came before it. What says nothing leaves no log. Logs that nobody has written to for a month are
 * removed. That a log cannot be written is said once, and is no failure.
 */
import { mkdir, open, readdir, rename, stat, unlink, type FileHandle } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { realWorld } from "../../bus/world.ts";

/** Two of them are kept. */
const fileBytesMax = 4 * 1024 ** 2;
const ageMsMax = 30 * 24 * 3_600_000;
const sweepEveryMs = 3_600_000;

let sweptAt = -Infinity;

/** `$JOBCHART_LOGS`, else a folder of this user's state. */
export function logFolder(env: NodeJS.ProcessEnv = process.env): string {
  const { JOBCHART_LOGS: own, XDG_STATE_HOME: state, HOME: home = homedir() } = env;
  if (own !== undefined && own !== "") return own;
  const base = state === undefined || state === "" ? join(home, ".local", "state") : state;
  return join(base, "jobchart", "logs");
}

export class JobLog implements AsyncDisposable {
  readonly #path: string;
  readonly #onTrouble: (why: string) => void;
  #file: FileHandle | undefined;
  #isClosed = false;
  #bytes = 0;
  #last = Promise.resolve();

  private constructor(path: string, onTrouble: (why: string) => void) {
    this.#path = path;
    this.#onTrouble = onTrouble;
  }

  /** The job's log, to be gone on with if there is one. `onTrouble` hears why there can be none. */
  static async open(
    uid: string,
    onTrouble: (why: string) => void,
    folder = logFolder(),
  ): Promise<JobLog> {
    const log = new JobLog(join(folder, `${uid}.log`), onTrouble);
    await log.#try(async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await sweep(folder);
    });
    return log;
  }

  /** Resolves when it is written, after what was to be written before. */
  async write(chunk: Uint8Array): Promise<void> {
    this.#last = this.#last.then(() => this.#try(() => this.#append(chunk)));
    await this.#last;
  }

  async #append(chunk: Uint8Array): Promise<void> {
    if (this.#isClosed) return;
    if (this.#file === undefined) await this.#open();
    if (this.#bytes + chunk.length > fileBytesMax) await this.#rotate();
    await this.#file?.writeFile(chunk);
    this.#bytes += chunk.length;
  }

  async #open(): Promise<void> {
    this.#file = await open(this.#path, "a", 0o600);
    this.#bytes = (await this.#file.stat()).size;
  }

  async #rotate(): Promise<void> {
    await this.#file?.close();
    await rename(this.#path, this.#path.replace(/\.log$/, ".1.log"));
    await this.#open();
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.#close();
      const why = error instanceof Error ? error.message : String(error);
      this.#onTrouble(`no log of it on this machine: ${why}`);
    }
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#last = this.#last.then(() => this.#close());
    await this.#last;
  }
}

/** Removes what is a month old, now and then. */
async function sweep(folder: string): Promise<void> {
  if (realWorld.now() - sweptAt < sweepEveryMs) return;
  sweptAt = realWorld.now();
  for (const name of await readdir(folder)) {
    if (!/\.(?:log|group)$/.test(name)) continue;
    const path = join(folder, name);
    try {
      const { mtimeMs } = await stat(path);
      if (realWorld.now() - mtimeMs > ageMsMax) await unlink(path);
    } catch {
      // Another process has removed it.
    }
  }
}
