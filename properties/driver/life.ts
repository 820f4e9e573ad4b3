/**
 * A life: one job without a worker or a log. It keeps what is durable of the job and calls its
 * driver with copies of that, as if each call were made by another process.
 */
import type { Driver, Json, JsonObject, Step } from "../../actors/driver.ts";
import { textOf } from "../../actors/error-text.ts";
import { expectAmounts } from "../../actors/meter.ts";
import { uidOf } from "../../machines/job-id.ts";
import { ContractError, telling } from "./contract-error.ts";
import { difference } from "./difference.ts";
import { kept } from "./kept.ts";
import { killed, RehearsedJob, type Rehearsal } from "./rehearsed-job.ts";

export type StepName = "prepare" | "commit" | "abort" | "clean";

const preparedBytesMax = 1024;
const resultBytesMax = 16 * 1024;

let lives = 0;

export class Life {
  readonly args: JsonObject;
  /** The last run's, whatever came of it. */
  job: RehearsedJob;
  readonly #driver: Driver;
  readonly #uid = freshUid();
  readonly #over: AbortSignal;
  #cursor: Json = null;
  #result: Json = null;
  #prepared: Json = null;
  #epoch = 0;

  /** `over` aborts when nobody is interested any more. */
  constructor(driver: Driver, args: JsonObject, over: AbortSignal) {
    this.#driver = driver;
    this.args = args;
    this.#over = over;
    this.job = this.#rehearsed({ over });
  }

  /** What `run` resolved with, null before. */
  get result(): Json {
    return this.#result;
  }

  /**
   * Claims the job and runs it, to its end or until it is stopped; resolves with which of the two
   * it was. Fails in words when run throws, or does not stop when it is to.
   */
  async run(rehearsal: Omit<Rehearsal, "over"> = {}): Promise<"ended" | "stopped"> {
    this.#epoch += 1;
    if (this.#epoch > 1 && this.#driver.recover === "restart") this.#cursor = null;
    const job = this.#rehearsed({ ...rehearsal, over: this.#over });
    this.job = job;
    let result: Json | void | typeof killed;
    try {
      result = await Promise.race([this.#driver.run(job), job.killed]);
    } catch (error) {
      this.#keepCursor();
      if (job.wasStopped) return stoppedBy(error);
      throw new ContractError(`run threw: ${textOf(error)}`, error);
    }
    this.#keepCursor();
    if (result === killed) return "stopped";
    if (job.wasStopped) {
      throw new ContractError(
        "a pause point threw Cancelled, and run resolved as if its work were done. Let Cancelled " +
          "pass, or throw it again: a job that is given back would be finished half done",
      );
    }
    this.#result = JSON.parse(kept("the result", result ?? null, resultBytesMax)) as Json;
    return "ended";
  }

  /** Calls a step of the driver, if it has it, with what is durable. */
  async step(name: StepName): Promise<void> {
    const step = this.#step();
    let said: Json | void;
    try {
      said = await this.#driver[name]?.(step);
    } catch (error) {
      throw new ContractError(`${name} threw: ${textOf(error)}`, error);
    }
    this.#expectSameArgs(name, step.args);
    if (name !== "prepare") return;
    const text = kept("what prepare resolved with", said ?? null, preparedBytesMax);
    this.#prepared = JSON.parse(text) as Json;
  }

  /** Prepare, commit and clean, each so many times in a row. */
  async finish({ times = 1 } = {}): Promise<void> {
    for (const name of ["prepare", "commit", "clean"] as const) await this.#steps(name, times);
  }

  /** Abort and clean, each so many times in a row. */
  async undo({ times = 1 } = {}): Promise<void> {
    for (const name of ["abort", "clean"] as const) await this.#steps(name, times);
  }

  async #steps(name: StepName, times: number): Promise<void> {
    for (let time = 1; time <= times; time += 1) {
      if (time > 1) this.#epoch += 1;
      await telling(time === 1 ? "" : "asked for again, ", () => this.step(name));
    }
  }

  #keepCursor(): void {
    this.#cursor = this.job.checkpoints.at(-1) ?? this.#cursor;
    this.#expectSameArgs("run", this.job.args);
  }

  /** What a driver is given is the record's: what it writes there, others would read. */
  #expectSameArgs(name: string, args: JsonObject): void {
    const change = difference(args, this.args);
    if (change !== undefined)
      throw new ContractError(`${name} changed the arguments that it was given: ${change}`);
  }

  #rehearsed(rehearsal: Rehearsal): RehearsedJob {
    return new RehearsedJob(this.#step(), this.#driver, rehearsal);
  }

  #step(): Step {
    return {
      uid: this.#uid,
      id: "rehearsed",
      args: structuredClone(this.args),
      cursor: structuredClone(this.#cursor),
      result: structuredClone(this.#result),
      prepared: structuredClone(this.#prepared),
      epoch: this.#epoch,
      traceparent: null,
      signal: new AbortController().signal,
      progress: expectAmounts,
    };
  }
}

function stoppedBy(error: unknown): "stopped" {
  const { name } = error instanceof Error ? error : { name: "" };
  if (name === "Cancelled" || name === "AbortError") return "stopped";
  throw new ContractError(
    `a pause point threw Cancelled, and run threw something else: ${textOf(error)}. Let Cancelled ` +
      "pass: a job that is given back would fail instead of going on elsewhere",
    error,
  );
}

/** A uid that no other life has: drivers name their files by it. */
function freshUid(): string {
  lives += 1;
  const letters = Array.from(
    String(lives).padStart(16, "0"),
    (digit) => "abcdefghij"[Number(digit)],
  );
  return uidOf(`g${letters.join("")}`, 1);
}
