/**
 * A run: the driver's `run` under one hold, and everything that a pause point does. Pause is a
 * request: the job is `paused` when the run has parked here and has said so, and goes on when it
 * has said that too.
 */
import type { EventOf } from "../machines/input.ts";
import type { Json, JsonObject } from "../machines/json.ts";
import { ioAction } from "../machines/patch.ts";
import { canceled } from "../machines/refusal.ts";
import { isParked, isWorking } from "../machines/status.ts";
import { Cancelled, Retryable, type Driver, type RunningJob } from "./driver.ts";
import { textOf } from "./error-text.ts";
import type { Hold } from "./hold.ts";
import { expectAmounts } from "./meter.ts";
import { Throttle } from "./throttle.ts";
import { Unreportable } from "./unreportable.ts";

export const cursorBytesMax = 1024;
export const resultBytesMax = 16 * 1024;
/** Between two tries of a last report that was refused although the hold is ours. */
const refusedMs = 100;

type Said<E> = E extends unknown ? Omit<E, "uid" | "epoch" | "at" | "note"> : never;
type End = Said<EventOf<"finished" | "failed" | "released">>;

export class Run implements RunningJob {
  readonly args: JsonObject;
  readonly cursor: Json;
  readonly result = null;
  readonly prepared = null;
  readonly #hold: Hold;
  readonly #driver: Driver;
  readonly #throttle: Throttle;
  #stop: AbortController | undefined;
  #isOver = false;
  #parking: Promise<void> | undefined;

  constructor(hold: Hold, driver: Driver) {
    this.#hold = hold;
    this.#driver = driver;
    this.#throttle = new Throttle(hold.job.speed);
    this.args = hold.job.args;
    this.cursor = hold.job.cursor;
  }

  get uid(): string {
    return this.#hold.job.uid;
  }
  get id(): string {
    return this.#hold.job.id;
  }
  get epoch(): number {
    return this.#hold.job.epoch;
  }
  get traceparent(): string | null {
    return this.#hold.job.traceparent;
  }
  get attempt(): number {
    return this.#hold.job.attempt;
  }
  get speed(): number {
    return this.#hold.job.speed;
  }
  get changed(): JsonObject {
    return this.#hold.job.changed;
  }
  get completing(): boolean {
    return this.#hold.job.completing;
  }
  get softCancelled(): boolean {
    return this.#hold.job.cancel === "soft";
  }
  get signal(): AbortSignal {
    if (this.#stop === undefined) {
      this.#stop = new AbortController();
      void this.#watch(this.#stop);
    }
    return this.#stop.signal;
  }

  /** Runs to an end and reports it, whatever the end is; returns silently when the hold is lost. */
  async execute(): Promise<void> {
    const end = await this.#end();
    this.#isOver = true;
    try {
      await this.#report(end, () => this.#hold.stand);
    } catch (error) {
      if (!(error instanceof Unreportable)) throw error;
      const instead: End = end.verb === "finished" ? { verb: "failed", error: textOf(error) } : end;
      await this.#report(instead, () => ({}));
    }
  }

  /** Reports the end, and where the work stands then, until it is accepted or the hold is lost. */
  async #report(first: End, stand: () => Partial<Hold["stand"]>): Promise<void> {
    let end = first;
    while (this.#hold.isMine() && isWorking(this.#hold.job.status)) {
      if (end.verb === "finished" && isParked(this.#hold.job.status)) {
        end = await this.#parkAtEnd(end);
      }
      if (await this.#hold.report({ ...end, ...stand() })) return;
      await this.#hold.rest(refusedMs);
    }
  }

  progress(current: number, total: number): void {
    expectAmounts(current, total);
    if (!isParked(this.#hold.job.status)) this.#hold.meter.update(current, total);
  }

  async pausePoint(): Promise<void> {
    this.#assertGoing();
    if (!this.#mustPark()) return;
    await this.#park();
    this.#assertGoing();
  }

  async charge(units: number): Promise<void> {
    const { world } = this.#hold;
    let { speed } = this;
    const restMs = (charged: number): number => {
      this.#throttle.speed = speed;
      const ms = this.#throttle.charge(charged, world.monotonic());
      this.#hold.meter.rest(ms);
      return ms;
    };
    let wakeAt = world.monotonic() + restMs(units);
    await this.pausePoint();
    while (world.monotonic() < wakeAt) {
      const before = speed;
      ({ speed } = this);
      if (speed === 0 || speed > before) wakeAt = world.monotonic() + restMs(0);
      else await this.#hold.rest(Math.max(0, wakeAt - world.monotonic()));
      await this.pausePoint();
    }
  }

  async sleep(ms: number): Promise<void> {
    const seen = this.#hold.changes;
    await this.pausePoint();
    await this.#hold.rest(ms, seen);
    await this.pausePoint();
  }

  async checkpoint(cursor: Json): Promise<void> {
    const text = JSON.stringify(cursor);
    const sizeBytes = Buffer.byteLength(text);
    if (sizeBytes > cursorBytesMax) {
      throw new Error(`a checkpoint of ${sizeBytes} bytes: at most ${cursorBytesMax} are kept`);
    }
    this.#assertGoing();
    await this.#hold.checkpoint(JSON.parse(text) as Json);
    this.#assertGoing();
  }

  output(chunk: Uint8Array | string): void {
    this.#hold.say(chunk);
  }

  async becomeReady(): Promise<void> {
    if (this.#driver.ready !== true) {
      throw new Error(`type '${this.#driver.type}' is not declared to become ready`);
    }
    await this.pausePoint();
    while (this.#hold.job.status === "running") {
      if (await this.#hold.report({ verb: "ready", ...this.#hold.stand })) return;
      await this.pausePoint();
    }
  }

  async ioError(error: Error, operation: "read" | "write"): Promise<"ignore" | "retry"> {
    const { code } = error as NodeJS.ErrnoException;
    const nospace = code === "ENOSPC" || code === "EDQUOT";
    const action = ioAction(this.#hold.job.onError, nospace);
    await this.#hold.report({ verb: "io-error", error: textOf(error), operation, nospace });
    if (action === "report") throw error;
    await this.pausePoint();
    return action === "ignore" ? "ignore" : "retry";
  }

  async #end(): Promise<End> {
    try {
      await this.pausePoint();
      const text = JSON.stringify((await this.#driver.run(this)) ?? null);
      const sizeBytes = Buffer.byteLength(text);
      if (sizeBytes <= resultBytesMax)
        return { verb: "finished", result: JSON.parse(text) as Json };
      const error = `the result has ${sizeBytes} bytes: at most ${resultBytesMax} are kept`;
      return { verb: "failed", error };
    } catch (error) {
      return this.#failure(error);
    }
  }

  #failure(error: unknown): End {
    const wasStopped =
      error instanceof Cancelled ||
      (this.#stop?.signal.aborted === true &&
        error instanceof Error &&
        error.name === "AbortError");
    if (wasStopped && this.#hold.job.cancel === "force") {
      return { verb: "failed", error: canceled, cancelled: true };
    }
    if (wasStopped && this.#hold.isReleasing) return { verb: "released" };
    return { verb: "failed", error: textOf(error), retryable: error instanceof Retryable };
  }

  /** Aborts as soon as the run has to stop; for drivers that asked for the signal. */
  async #watch(stop: AbortController): Promise<void> {
    while (this.#whyStop() === undefined && !this.#isOver) await this.#hold.changed();
    if (!this.#isOver) stop.abort(new Cancelled(canceled, this.#whyStop()));
  }

  #whyStop(): Cancelled["why"] | undefined {
    if (!this.#hold.isMine()) return "loss";
    if (this.#hold.job.cancel === "force") return "cancel";
    return this.#isGivenBack() ? "drain" : undefined;
  }

  /** Whether the job is to go on elsewhere: not if its driver cannot. */
  #isGivenBack(): boolean {
    return this.#hold.isReleasing && this.#driver.recover !== "fail";
  }

  #assertGoing(): void {
    const why = this.#whyStop();
    if (why === undefined) return;
    const stopped = new Cancelled(canceled, why);
    this.#stop?.abort(stopped);
    throw stopped;
  }

  #mustPark(): boolean {
    const { status, userPaused, cancel } = this.#hold.job;
    return isParked(status) || (userPaused && cancel !== "force");
  }

  /** A branch of the driver parked while another ended the run: the end waits for it. */
  async #parkAtEnd(end: End): Promise<End> {
    try {
      await this.#park();
    } catch (error) {
      return this.#failure(error);
    }
    return isParked(this.#hold.job.status) && this.#isGivenBack() ? { verb: "released" } : end;
  }

  /** Parks once, however many branches of the driver are at a pause point. */
  async #park(): Promise<void> {
    if (!this.#mustPark()) return;
    this.#parking ??= this.#parkOnce().finally(() => {
      this.#parking = undefined;
    });
    await this.#parking;
  }

  async #parkOnce(): Promise<void> {
    const hold = this.#hold;
    await this.#driver.pause?.(this);
    if (this.#mustPark() && !isParked(hold.job.status)) {
      await hold.report({ verb: "paused", ...hold.stand });
    }
    while (isParked(hold.job.status) && hold.isMine() && !this.#isGivenBack()) {
      if (hold.job.userPaused && hold.job.cancel !== "force") await hold.changed();
      else await hold.report({ verb: "resumed" });
    }
    if (hold.isMine()) await this.#driver.resume?.(this);
  }
}
