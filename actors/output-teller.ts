/**
 * The teller of a run's output: keeps its tail, and puts it where others can read it. Rarely while
 * the run goes on, the more rarely the more there was to put, and at once when told to. The job
 * neither waits for it nor fails of it.
 */
import type { World } from "../bus/world.ts";
import type { Job } from "../machines/record.ts";
import { OutputTail } from "./output-tail.ts";
import type { Outputs } from "./outputs.ts";
import { isPassing } from "./patience.ts";

/** What is said in one breath is put together. */
const breathMs = 100;
const restMsMin = 1_000;
/** A second of rest for each so many bytes that were put. */
const bytesPerSecond = 16 * 1024;
/** So long the last of it holds up the end of a run, where the bus is slow. */
const flushMsMax = 5_000;

interface TellerOptions {
  readonly world: World;
  readonly outputs: Outputs;
  readonly job: Pick<Job, "uid" | "epoch" | "attempt">;
  /** Whether the job is still to be spoken of. */
  readonly isOn: () => boolean;
  readonly onError: (error: unknown) => void;
}

export class OutputTeller {
  readonly #options: TellerOptions;
  readonly #closed = new AbortController();
  #tail: OutputTail | undefined;
  #toldBytes = 0;
  #restUntil = 0;
  #isTelling = false;
  #putting: Promise<void> = Promise.resolve();

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  /** Whether something was said that was not put yet, and may be. */
  get hasNews(): boolean {
    const endBytes = this.#tail?.endBytes ?? 0;
    return endBytes > this.#toldBytes && !this.#closed.signal.aborted && this.#options.isOn();
  }

  add(chunk: Uint8Array | string): void {
    this.#tail ??= new OutputTail();
    this.#tail.add(chunk);
    if (!this.#isTelling) void this.#tell();
  }

  /** Puts what was not put yet; never rejects, and takes a few seconds at the most. */
  async flush(): Promise<void> {
    const put = new AbortController();
    const late = this.#options.world.sleep(flushMsMax, put.signal);
    await Promise.race([this.#put(), late]);
    put.abort();
  }

  /** Puts nothing more. */
  close(): void {
    this.#closed.abort();
  }

  async #tell(): Promise<void> {
    const { world } = this.#options;
    this.#isTelling = true;
    while (this.hasNews) {
      const restMs = Math.max(breathMs, this.#restUntil - world.monotonic());
      await world.sleep(restMs, this.#closed.signal, { background: true });
      await this.#put();
    }
    this.#isTelling = false;
  }

  /** One after the other, so that nothing is put twice. */
  #put(): Promise<void> {
    this.#putting = this.#putting.then(() => this.#putNow());
    return this.#putting;
  }

  async #putNow(): Promise<void> {
    const { world, outputs, job, isOn, onError } = this.#options;
    if (this.#tail === undefined || !this.hasNews) return;
    const { endBytes } = this.#tail;
    const bytes = this.#tail.bytes();
    const restMs = Math.max(restMsMin, (bytes.length * 1_000) / bytesPerSecond);
    this.#restUntil = world.monotonic() + restMs;
    const { uid, epoch, attempt } = job;
    const offset = endBytes - bytes.length;
    try {
      await outputs.put(uid, { epoch, attempt, offset, bytes: bytes.toString("base64") });
    } catch (error) {
      if (isPassing(error)) return;
      if (isOn()) onError(error);
    }
    this.#toldBytes = endBytes;
  }
}
