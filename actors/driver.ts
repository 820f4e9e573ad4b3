/**
 * The driver contract: what the code of one job type is given, and what it must do. A driver is a
 * plain object; `import type` alone is enough to write one. Start here to write your own.
 *
 * The callbacks are those of QEMU's JobDriver. `run` does the work and may be called again, in
 * another process, with the last checkpoint. `prepare`, `commit`, `abort` and `clean` finish the
 * job in two phases: they get what is durable (arguments, checkpoint, result) and nothing else,
 * may be called more than once, and must then do no harm. Exactly one kind of commit and abort
 * is ever called on a job, then clean.
 */
import type { Json, JsonObject } from "../machines/json.ts";

export type { Json, JsonObject };

export interface Driver<Args extends JsonObject = JsonObject> {
  readonly type: string;
  /** One line for people. */
  readonly description?: string;
  /**
   * JSON Schema of the arguments, an object; creation refuses what does not fit, and what the
   * schema does not name unless it says `additionalProperties`.
   */
  readonly args: JsonObject;
  /** JSON Schema of what `change` accepts; absent: the type does not support change. */
  readonly change?: JsonObject;
  /** `host`: later claims and steps go to the host that first claimed it. Default `anywhere`. */
  readonly place?: "anywhere" | "host";
  /** After its worker was lost: go on from the checkpoint, from nothing, or fail. Default `resume`. */
  readonly recover?: "resume" | "restart" | "fail";
  /** The job can become ready and is then finished by `complete`. */
  readonly ready?: boolean;
  /** A soft cancel in ready ends it successfully without switching over. */
  readonly softCancel?: boolean;
  /** The work. Resolves with a result (JSON, at most 16 KiB) or throws. */
  run(job: RunningJob<Args>): Promise<Json | void>;
  /** About to park: quiesce what is in flight. What it throws fails the job. */
  pause?(job: RunningJob<Args>): Promise<void> | void;
  /** Left a park, or the pause was withdrawn while `pause` was quiescing. */
  resume?(job: RunningJob<Args>): Promise<void> | void;
  /** The last chance to fail. What it resolves with (JSON, at most 1 KiB) is `prepared` later. */
  prepare?(step: Step<Args>): Promise<Json | void>;
  commit?(step: Step<Args>): Promise<void>;
  abort?(step: Step<Args>): Promise<void>;
  clean?(step: Step<Args>): Promise<void>;
}

export interface Step<Args extends JsonObject = JsonObject> {
  readonly uid: string;
  readonly id: string;
  readonly args: Args;
  /** The last checkpoint, null when there was none. */
  readonly cursor: Json;
  /** What `run` resolved with, null before. */
  readonly result: Json;
  /** What `prepare` resolved with, null before. */
  readonly prepared: Json;
  /** Which claim of the job is current: the fencing token. */
  readonly epoch: number;
  /** The trace that the job's creation is part of, as W3C Trace Context writes it; to be passed on. */
  readonly traceparent: string | null;
  /** Aborts when the step must stop: cancelled while preparing, or the lease is gone. */
  readonly signal: AbortSignal;
  /** Tells people how far the step is; prepare may take long. */
  progress(current: number, total: number): void;
}

export interface RunningJob<Args extends JsonObject = JsonObject> extends Step<Args> {
  readonly attempt: number;
  /** Units a second, 0 = unlimited; the current value. */
  readonly speed: number;
  /** What `change` has set, merged over nothing; `args` stays as it was created. */
  readonly changed: JsonObject;
  /** Complete was asked for (ready jobs only). */
  readonly completing: boolean;
  /** A soft cancel was asked for (ready jobs only): finish without switching over. */
  readonly softCancelled: boolean;
  /**
   * Call it often: between chunks, before every side effect. Parks while the job is paused,
   * throws Cancelled when it is cancelled or this process has lost the job.
   */
  pausePoint(): Promise<void>;
  /** A pause point that first charges `units` of work done against the speed limit. */
  charge(units: number): Promise<void>;
  /** A pause point that lasts `ms` (a day at most), or until something changed: pause, cancel, complete, change. */
  sleep(ms: number): Promise<void>;
  /**
   * Makes a cursor (JSON, at most 1 KiB) durable: after a crash `run` is called with it.
   * Write it after the data that it names is on disk.
   */
  checkpoint(cursor: Json): Promise<void>;
  /**
   * Output for people, text or bytes as they come. Its last 64 KiB can be read from anywhere
   * (`jobchart logs`), while the job runs and after it. Costs next to nothing, never fails.
   */
  output(chunk: Uint8Array | string): void;
  /** Source and target are equal now: the job becomes ready. */
  becomeReady(): Promise<void>;
  /**
   * An I/O error happened: the job's error policy decides. Throws the error (report), or returns:
   * `ignore` go on; `retry` it was stopped and a human resumed it: try the request again.
   */
  ioError(error: Error, operation: "read" | "write"): Promise<"ignore" | "retry">;
}

/** Thrown by pause points into a cancelled run: let it pass, or clean up and throw it again. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
  /**
   * `cancel`: somebody asked for it. `drain`: the worker gives the job back, to go on elsewhere.
   * `loss`: another may run the job already, so whatever it still does must stop at once.
   */
  readonly why: "cancel" | "drain" | "loss";

  constructor(message = "Operation canceled", why: Cancelled["why"] = "cancel") {
    super(message);
    this.why = why;
  }
}

/** Throw it to say that another attempt may succeed (`retry` in the job's options). */
export class Retryable extends Error {
  override readonly name = "Retryable";
}
