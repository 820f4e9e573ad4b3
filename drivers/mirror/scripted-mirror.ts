/**
 * A stand-in for the worker, for tests of mirrors: a job without a log or a clock. It keeps what
 * the driver reports, and does what the script says when the job rests between two passes.
 */
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { Cancelled, type Json, type RunningJob } from "../../actors/driver.ts";
import type { TestFolder } from "../copy/test-folder.ts";
import type { MirrorArgs } from "./places.ts";
import { run } from "./run.ts";

interface Script {
  readonly epoch?: number;
  readonly uid?: string;
  readonly cursor?: Json;
  /** Called at the n-th rest between two passes, from 1. */
  onRest?(count: number, job: ScriptedMirror): void;
  onCharge?(count: number): void;
  /** Called for an I/O error, which is then lifted; default: it fails the job. */
  onIoError?(error: Error): void;
}

export interface ScriptedMirror extends RunningJob<MirrorArgs> {
  completing: boolean;
  isReady: boolean;
  chargedBytes: number;
  readonly checkpoints: Json[];
  readonly said: string[];
  readonly shown: { current: number; total: number }[];
}

/**
 * A job without a log or a clock, which is completed at its first rest after it has become ready.
 */
export function scriptedMirror(args: MirrorArgs, script: Script = {}): ScriptedMirror {
  let [rests, charges] = [0, 0];
  const job: ScriptedMirror = {
    uid: script.uid ?? "g1-1",
    id: "job",
    args,
    cursor: script.cursor ?? null,
    result: null,
    prepared: null,
    epoch: script.epoch ?? 1,
    traceparent: null,
    signal: new AbortController().signal,
    attempt: 1,
    speed: 0,
    changed: {},
    completing: false,
    softCancelled: false,
    isReady: false,
    chargedBytes: 0,
    checkpoints: [],
    said: [],
    shown: [],
    progress: (current, total) => void job.shown.push({ current, total }),
    output: (chunk) => void job.said.push(String(chunk)),
    pausePoint: async () => {},
    charge: async (bytes) => {
      charges += 1;
      job.chargedBytes += bytes;
      script.onCharge?.(charges);
    },
    sleep: async () => {
      rests += 1;
      if (script.onRest) script.onRest(rests, job);
      else if (job.isReady) job.completing = true;
    },
    checkpoint: async (cursor) => void job.checkpoints.push(cursor),
    becomeReady: async () => {
      job.isReady = true;
    },
    ioError: async (error) => {
      if (!script.onIoError) throw error;
      script.onIoError(error);
      return "retry";
    },
  };
  return job;
}

/** A source of two files, and a target that is not there. */
export function source(folder: TestFolder): MirrorArgs {
  mkdirSync(folder.at("from"));
  old(folder, "one", "one");
  old(folder, "two", "two");
  return { from: folder.at("from"), to: folder.at("to") };
}

/** Writes a file that is not young: young ones are copied twice. */
export function old(
  folder: TestFolder,
  name: string,
  content: string,
  seconds = 1_700_000_000,
): void {
  writeFileSync(folder.at("from", name), content);
  utimesSync(folder.at("from", name), seconds, seconds);
}

/** Runs the first passes and is stopped there; resolves with the checkpoint. */
export async function stopped(args: MirrorArgs): Promise<Json> {
  const first = scriptedMirror(args, {
    onRest: () => {
      throw new Cancelled();
    },
  });
  await run(first).catch((error: unknown) => {
    if (!(error instanceof Cancelled)) throw error;
  });
  return first.checkpoints.at(-1) ?? null;
}
