/**
 * A stand-in for the worker, for tests: a job without a log. It keeps what the driver reports, runs
 * on as fast as it can, and does what the script says at its pause points.
 */
import type { Json, RunningJob, Step } from "../../actors/driver.ts";
import { commit } from "./commit.ts";
import { leave } from "./leave.ts";
import type { CopyArgs } from "./places.ts";
import { prepare } from "./prepare.ts";
import { run } from "./run.ts";

export interface Script {
  readonly uid?: string;
  readonly cursor?: Json;
  readonly result?: Json;
  readonly prepared?: Json;
  readonly speed?: number;
  readonly signal?: AbortSignal;
  /** Called at the n-th charge, from 1; throw to crash or to cancel there. */
  onCharge?(count: number): void;
  onProgress?(current: number): void;
  onIoError?(error: Error, operation: "read" | "write"): "ignore" | "retry";
}

export interface ScriptedJob extends RunningJob<CopyArgs> {
  readonly checkpoints: Json[];
  readonly shown: number[];
  readonly chargedBytes: number;
}

export function scriptedStep(args: CopyArgs, script: Script = {}): Step<CopyArgs> {
  return {
    uid: script.uid ?? "g1-1",
    id: "job",
    args,
    cursor: script.cursor ?? null,
    result: script.result ?? null,
    prepared: script.prepared ?? null,
    epoch: 1,
    traceparent: null,
    signal: script.signal ?? new AbortController().signal,
    progress: (current) => script.onProgress?.(current),
  };
}

export function scriptedJob(args: CopyArgs, script: Script = {}): ScriptedJob {
  const checkpoints: Json[] = [];
  const shown: number[] = [];
  let [charges, chargedBytes] = [0, 0];
  return {
    ...scriptedStep(args, script),
    attempt: 1,
    speed: script.speed ?? 0,
    changed: {},
    completing: false,
    softCancelled: false,
    checkpoints,
    shown,
    get chargedBytes() {
      return chargedBytes;
    },
    progress: (current) => {
      shown.push(current);
    },
    pausePoint: async () => {},
    charge: async (bytes) => {
      chargedBytes += bytes;
      charges += 1;
      script.onCharge?.(charges);
    },
    sleep: async () => {},
    checkpoint: async (cursor) => {
      if (JSON.stringify(cursor).length > 1024) throw new Error("the cursor is over 1 KiB");
      checkpoints.push(cursor);
    },
    output: () => {},
    becomeReady: () => Promise.reject(new Error("a copy has no ready state")),
    ioError: async (error, operation) => {
      if (!script.onIoError) throw error;
      return script.onIoError(error, operation);
    },
  };
}

/** A copy from its first run to its end, in this process. */
export async function copyWhole(args: CopyArgs, script: Script = {}): Promise<Json> {
  const job = scriptedJob(args, script);
  const result = await run(job);
  const cursor = job.checkpoints.at(-1) ?? script.cursor ?? null;
  const prepared = await prepare(scriptedStep(args, { ...script, cursor, result }));
  await commit(scriptedStep(args, { ...script, cursor, result, prepared }));
  await leave(scriptedStep(args, { ...script, cursor, result, prepared }));
  return result;
}
