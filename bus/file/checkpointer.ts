/**
 * Checkpoints: SQLite appends to `…-wal`, and somebody must merge that into the file, flush it and
 * start the `-wal` over. Left to SQLite this happens inside some COMMIT and stalls the event loop
 * for 20 to 150 ms. So it is switched off there and done here, in a thread, for whoever writes a
 * lot; what is left is merged when the last process closes the file.
 */
import { statSync } from "node:fs";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { Connection } from "./connection.ts";

/** A `-wal` that is smaller needs no checkpoint; one that grew by so much does. */
const walBytesMax = 4 << 20;
/** A large one is written over and no longer grows: then so many writes call for one. */
const writesMax = 4096;
/** How long the thread waits for locks while it keeps the writers', who try again meanwhile. */
const lockWaitMs = 100;

export class Checkpointer implements AsyncDisposable {
  readonly #path: string;
  #thread: Worker | undefined;
  #isBusy = false;
  #lastPart: PromiseWithResolvers<void> | undefined;
  #writes = 0;
  #walBytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Counts what was written, and begins a checkpoint if one is due; returns at once. */
  consider(writes: number): void {
    this.#writes += writes;
    if (this.#isBusy) return;
    const bytes = statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    const hasGrown = bytes >= this.#walBytes + walBytesMax;
    const isWorn = bytes >= walBytesMax && this.#writes >= writesMax;
    if (!hasGrown && !isWorn) return;
    this.#walBytes = bytes;
    this.#writes = 0;
    this.#isBusy = true;
    this.#thread ??= this.#start();
    this.#thread.postMessage("checkpoint", []);
  }

  /** Resolves at once, but for the moment in which a checkpoint needs the file for itself. */
  async turn(): Promise<void> {
    await this.#lastPart?.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread?.terminate();
  }

  #start(): Worker {
    const thread = new Worker(new URL(import.meta.url), {
      workerData: { checkpointOf: this.#path } satisfies Task,
    });
    thread.unref();
    thread.on("message", (said: Said) => {
      if (said === "done") this.#finish();
      else this.#lastPart = Promise.withResolvers();
    });
    thread.on("error", () => {
      this.#thread = undefined;
      this.#finish();
    });
    return thread;
  }

  #finish(): void {
    this.#isBusy = false;
    this.#lastPart?.resolve();
    this.#lastPart = undefined;
  }
}

/** What the thread says: it is about to keep writers out; it is finished, well or not. */
type Said = "last part" | "done";

interface Task {
  readonly checkpointOf: string;
}

/** First what can be done beside the writers, then the rest without them. */
function checkpoint(path: string, say: (said: Said) => void): void {
  using connection = new Connection(path);
  connection.exec(`PRAGMA busy_timeout = ${lockWaitMs}`);
  connection.exec("PRAGMA wal_checkpoint(PASSIVE)");
  say("last part");
  connection.exec("PRAGMA wal_checkpoint(RESTART)");
}

/** In the thread, this file is the program. */
const task = workerData as Task | null;
if (task?.checkpointOf !== undefined) {
  const say = (said: Said) => parentPort?.postMessage(said, []);
  parentPort?.on("message", () => {
    try {
      checkpoint(task.checkpointOf, say);
    } catch {
      // The -wal stays as it is; what is wrong shows where it is read and written.
    }
    say("done");
  });
}
