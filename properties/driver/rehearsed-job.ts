/**
 * A rehearsed job: what a driver's `run` is given when there is no worker and no log. It keeps what
 * the driver says, holds it to the same limits as a worker does, and stops it where it is told to.
 */
import {
  Cancelled,
  type Driver,
  type Json,
  type RunningJob,
  type Step,
} from "../../actors/driver.ts";
import { expectAmounts } from "../../actors/meter.ts";
import { realWorld } from "../../bus/world.ts";
import type { JsonObject } from "../../machines/json.ts";
import { AwaitedCalls } from "./awaited-calls.ts";
import { kept } from "./kept.ts";
import type { Stop } from "./stop.ts";

export interface Rehearsal {
  readonly stop?: Stop | undefined;
  /** What is asked for once the job is ready. Default complete. */
  readonly whenReady?: "complete" | "soft cancel";
  /** Aborts when the rehearsal is over, whether or not the run is. */
  readonly over: AbortSignal;
}

/** What `killed` resolves with: no result of a driver is this. */
export const killed = Symbol("killed");

const cursorBytesMax = 1024;
/** So often a run that only passes pause points lets others have a turn. */
const pointsPerTurn = 1_000;

export class RehearsedJob implements RunningJob {
  readonly uid: string;
  readonly id: string;
  readonly args: JsonObject;
  readonly cursor: Json;
  readonly result = null;
  readonly prepared = null;
  readonly epoch: number;
  readonly traceparent = null;
  readonly signal: AbortSignal;
  readonly attempt = 1;
  readonly speed = 0;
  readonly changed: JsonObject = {};
  completing = false;
  softCancelled = false;

  readonly calls = new AwaitedCalls();
  readonly checkpoints: Json[] = [];
  readonly amounts: number[] = [];
  points = 0;
  isReady = false;
  readonly #driver: Driver;
  readonly #rehearsal: Rehearsal;
  readonly #stopping = new AbortController();
  readonly #killed = Promise.withResolvers<typeof killed>();
  #isKilled = false;
  #parked: Promise<void> | undefined;

  constructor(step: Step, driver: Driver, rehearsal: Rehearsal) {
    this.uid = step.uid;
    this.id = step.id;
    this.args = step.args;
    this.cursor = step.cursor;
    this.epoch = step.epoch;
    this.signal = this.#stopping.signal;
    this.#driver = driver;
    this.#rehearsal = rehearsal;
  }

  /** Resolves when the run was killed: whatever it would still do is of no interest. */
  get killed(): Promise<typeof killed> {
    return this.#killed.promise;
  }

  /** A pause point has thrown Cancelled. */
  get wasStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  progress(current: number, total: number): void {
    expectAmounts(current, total);
    if (!this.#isKilled) this.amounts.push(current);
  }

  pausePoint(): Promise<void> {
    return this.calls.note("pausePoint", this.#point());
  }

  charge(units: number): Promise<void> {
    if (!(Number.isFinite(units) && units >= 0)) {
      throw new TypeError(`charge: expected a number of units from 0 on, found ${units}`);
    }
    return this.calls.note("charge", this.#point());
  }

  sleep(_ms: number): Promise<void> {
    return this.calls.note("sleep", this.#sleep());
  }

  checkpoint(cursor: Json): Promise<void> {
    return this.calls.note("checkpoint", this.#checkpoint(cursor));
  }

  output(_chunk: Uint8Array | string): void {
    // Nobody reads the output of a rehearsal.
  }

  becomeReady(): Promise<void> {
    return this.calls.note("becomeReady", this.#becomeReady());
  }

  ioError(error: Error): Promise<never> {
    return this.calls.note("ioError", rejected(error));
  }

  async #point(): Promise<void> {
    await this.#going();
    this.points += 1;
    if (this.points % pointsPerTurn === 0) await realWorld.sleep(0);
    await this.#parked;
    await this.#stopAt("pause point", this.points);
  }

  async #sleep(): Promise<void> {
    await this.#point();
    await realWorld.sleep(0);
    await this.#going();
  }

  async #checkpoint(cursor: Json): Promise<void> {
    const text = kept("a checkpoint", cursor, cursorBytesMax);
    await this.#going();
    this.checkpoints.push(JSON.parse(text) as Json);
    await this.#stopAt("checkpoint", this.checkpoints.length);
  }

  async #becomeReady(): Promise<void> {
    if (this.#driver.ready !== true) {
      throw new Error(
        `type '${this.#driver.type}' is not declared to become ready: say ready: true`,
      );
    }
    await this.#point();
    this.isReady = true;
    if (this.#rehearsal.whenReady === "soft cancel") this.softCancelled = true;
    else this.completing = true;
  }

  /** Throws once it was cancelled; once it was killed, not before all is over. */
  async #going(): Promise<void> {
    if (this.#isKilled || this.#rehearsal.over.aborted) await this.#gone();
    if (this.wasStopped) throw new Cancelled();
  }

  /** When nobody looks any more, a killed run may close its files; after that it gets nowhere. */
  async #gone(): Promise<never> {
    const { over } = this.#rehearsal;
    const { promise, resolve } = Promise.withResolvers<void>();
    if (!over.aborted) over.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    throw new Cancelled();
  }

  async #stopAt(at: Stop["at"], count: number): Promise<void> {
    const { stop } = this.#rehearsal;
    if (stop?.at !== at || stop.count !== count) return;
    if (stop.how === "paused") {
      this.#parked = this.#park();
      await this.#parked;
      return;
    }
    if (stop.how === "killed") {
      this.#isKilled = true;
      this.#killed.resolve(killed);
    } else this.#stopping.abort(new Cancelled());
    await this.#going();
  }

  /** As a worker parks: the other branches of the driver get as far as their next pause points. */
  async #park(): Promise<void> {
    await this.#driver.pause?.(this);
    await realWorld.sleep(1);
    await this.#driver.resume?.(this);
    this.#parked = undefined;
  }
}

/** The policy of a rehearsal is to report. */
async function rejected(error: Error): Promise<never> {
  throw error;
}
