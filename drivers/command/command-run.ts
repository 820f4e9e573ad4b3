/**
 * A program under way for a job: what is asked of the job is done to the program, and what the
 * program says is said of the job.
 */
import { Cancelled, type RunningJob } from "../../actors/driver.ts";
import { realWorld } from "../../bus/world.ts";
import type { CommandArgs } from "./command-args.ts";
import type { OutputSink } from "./output-sink.ts";
import type { Exit, Program } from "./program.ts";

type Job = RunningJob<CommandArgs>;

/** How soon a program hears that it is to pause. */
const tickMs = 50;
/** The speed limit is kept by slices of so much. */
const sliceMs = 100;
/** What is charged in less time is not worth stopping for. */
const waitMs = 5;
/** What ends with the program, as a pipe of a shell does, is not said to be left running. */
const partingMs = 100;
const graceMsDefault = 10_000;
/** A worker that drains leaves after ten seconds: so long a program may go on, and then die. */
const finishMs = 4_000;
const drainMs = 4_000;

export class CommandRun {
  readonly #job: Job;
  readonly #program: Program;
  readonly #sink: OutputSink;
  readonly #graceMs: number;
  /** Aborts when there is something to be done before the next tick. */
  #wake = new AbortController();
  #onExit = (): void => {};
  #chargedUnits = 0;
  /** Since when the program has run without a rest that it was charged. */
  #runsSince = realWorld.monotonic();
  #isReady = false;
  #saysSpeed = true;
  /** The signal that it was told to finish with. */
  completedBy: NodeJS.Signals | undefined;

  constructor(job: Job, program: Program, sink: OutputSink) {
    this.#job = job;
    this.#program = program;
    this.#sink = sink;
    this.#graceMs = job.args.graceMs ?? graceMsDefault;
    const wake = (): void => this.#wake.abort();
    void program.exited.then(wake);
    void program.exited.then(() => this.#onExit());
    job.signal.addEventListener("abort", wake, { once: true });
    sink.onProgress = () => {
      if (job.speed !== 0) wake();
    };
  }

  /** Resolves when the program has come to its own end. Fails with Cancelled when it had to stop. */
  async untilExit(): Promise<Exit> {
    try {
      for (;;) {
        await realWorld.sleep(tickMs, this.#wake.signal);
        this.#wake = new AbortController();
        if (this.#program.exit !== undefined) break;
        await this.#pass(this.#job.pausePoint());
        if (this.#program.exit !== undefined) break;
        await this.#tell();
      }
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      await this.#stop(error);
    }
    await this.#endRest();
    await this.#sink.drained();
    this.#showProgress();
    return this.#program.exited;
  }

  /**
   * Passes a pause point: if the job was paused there, it is no longer. A program that has ended,
   * killed by others while it stood still, is not waited for.
   */
  async #pass(point: Promise<void>): Promise<void> {
    const { promise: exited, resolve } = Promise.withResolvers<void>();
    // Not `program.exited`, which would remember every race for as long as the program runs.
    this.#onExit = resolve;
    const { exit, group } = this.#program;
    if (exit === undefined) await Promise.race([point, exited]);
    else point.catch(() => {});
    if (group.isStopped) this.#runsSince = realWorld.monotonic();
    group.lift("paused");
  }

  async #tell(): Promise<void> {
    this.#showProgress();
    await this.#charge();
    if (this.#sink.isReady && !this.#isReady) {
      this.#isReady = true;
      await this.#pass(this.#job.becomeReady());
    }
    if (this.#job.completing && this.completedBy === undefined) {
      this.completedBy = this.#job.args.complete ?? "SIGTERM";
      this.#program.group.signal(this.completedBy);
    }
  }

  #showProgress(): void {
    const { progress } = this.#sink;
    if (progress?.progress !== undefined) {
      this.#job.progress(progress.progress.current, progress.progress.total);
    }
  }

  /**
   * Charges what was done since the last time; the program stands still while it has to wait. What
   * takes longer than a slice to be told has used up a part of its time already.
   */
  async #charge(): Promise<void> {
    const { progress } = this.#sink;
    if (progress?.units === undefined) {
      if (progress === undefined || progress.progress !== undefined) this.#saySpeed();
      return;
    }
    const done = progress.units - this.#chargedUnits;
    if (done <= 0) return;
    this.#chargedUnits = progress.units;
    const ranMs = realWorld.monotonic() - this.#runsSince;
    const paid = (this.#job.speed * Math.max(0, ranMs - sliceMs)) / 1_000;
    const { group } = this.#program;
    // The next slice begins when the program goes on, and not when it has said so.
    const charging = this.#job.charge(Math.max(0, done - paid)).then(() => this.#job.charge(0));
    const waiting = realWorld.sleep(waitMs).then(() => true);
    if (await Promise.race([charging.then(() => false), waiting])) group.stop("throttled");
    await this.#pass(charging);
    group.lift("throttled");
    this.#runsSince = realWorld.monotonic();
  }

  /** Without units there is nothing to go by. */
  #saySpeed(): void {
    if (this.#job.speed === 0 || !this.#saysSpeed) return;
    this.#saysSpeed = false;
    this.#sink.note("it has a speed limit, but tells no progress in units: it is not slowed down");
  }

  /** Ends what the program has left running in its group. */
  async #endRest(): Promise<void> {
    const { group } = this.#program;
    if (await group.goes(partingMs)) return;
    this.#sink.note("the program has ended and left others running; they are ended, too");
    await group.end(this.#graceMs, async () => this.#job.signal.aborted);
  }

  /** Ends the program as the job ends; returns when it has come to its own end meanwhile. */
  async #stop(stopped: Cancelled): Promise<void> {
    const { group } = this.#program;
    const { args, id } = this.#job;
    let now = stopped;
    // There is little time left, and it is to finish.
    if (now.why === "drain") group.lift("throttled");
    if (now.why === "drain" && args.recover !== "restart" && !group.isStopped) {
      now = await this.#untilLate(now);
      if (this.#program.exit !== undefined) return;
    }
    if (now.why === "loss") throw now;
    const graceMs = now.why === "drain" ? Math.min(this.#graceMs, drainMs) : this.#graceMs;
    await group.end(graceMs, async () => (await this.#whyStopped()).why === "loss");
    if (now.why === "cancel" || args.recover === "restart") throw now;
    throw new Error(
      "its worker was stopped, and the program with it; it may have done part of its work: " +
        `'jobchart rerun ${id}' runs it again`,
    );
  }

  /** Waits for the program's own end, while there is time and nothing worse comes. */
  async #untilLate(first: Cancelled): Promise<Cancelled> {
    const lateAt = realWorld.monotonic() + finishMs;
    let now = first;
    while (now.why === "drain" && this.#program.exit === undefined) {
      if (realWorld.monotonic() >= lateAt) break;
      await realWorld.sleep(tickMs);
      this.#showProgress();
      now = await this.#whyStopped();
    }
    return now;
  }

  /** What a stopped run is stopped for now. */
  async #whyStopped(): Promise<Cancelled> {
    try {
      await this.#job.pausePoint();
    } catch (error) {
      if (error instanceof Cancelled) return error;
      throw error;
    }
    return new Cancelled();
  }
}
