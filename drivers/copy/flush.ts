/**
 * Brings what was copied to disk, beside the copying: one flush at a time, of all that was touched
 * since the one before. What has landed is what a checkpoint may say. The copying waits for the
 * disk only when it is `aheadBytesMax` ahead of it, which bounds what a crash can cost.
 */
import { open } from "node:fs/promises";
import { below, bytesOf } from "./byte-path.ts";
import { faultOf } from "./io-fault.ts";
import type { Position, Stride } from "./transfer-state.ts";

const intervalBytesMax = 32 * 1024 * 1024;
const aheadBytesMax = 8 * intervalBytesMax;
const intervalPathsMax = 1024;
const aheadPathsMax = 8 * intervalPathsMax;
const slowIntervalSeconds = 4;
const pathsAtOnce = 4;

export class Flush implements AsyncDisposable {
  readonly #partial: string;
  #touched = new Set<string>();
  #touchedBytes = 0;
  #isStopped = false;
  #flight: Promise<void> | undefined;
  #landed: Position | undefined;
  #fault: unknown;
  /** The last position that is on disk. */
  durable: Position;

  constructor(partial: string, durable: Position) {
    this.#partial = partial;
    this.durable = durable;
  }

  /**
   * Takes note of a stride. Resolves with a position that has come to be on disk since the last
   * call, if any; throws the IoFault that a flush has met.
   *
   * @param speed bytes a second, 0 is unlimited. At a limited speed a flush is due after some
   * seconds of it, and there is time to wait for it.
   */
  async add(stride: Stride, speed: number): Promise<Position | undefined> {
    for (const path of stride.touched) this.#touched.add(path);
    this.#touchedBytes += stride.bytes;
    if (this.#isPast(aheadBytesMax, aheadPathsMax)) await this.#flight;
    const slow = speed > 0 ? speed * slowIntervalSeconds : intervalBytesMax;
    const isDue = this.#isPast(Math.min(slow, intervalBytesMax), intervalPathsMax);
    if (isDue && !this.#flight) this.#takeOff(stride.position);
    if (speed > 0) await this.#flight;
    this.#throwFault();
    const landed = this.#landed;
    this.#landed = undefined;
    return landed;
  }

  /** Ends the flush under way early. Throws the IoFault that it has met. */
  async finish(): Promise<void> {
    await this[Symbol.asyncDispose]();
    this.#throwFault();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    await this.#flight;
  }

  #isPast(bytes: number, paths: number): boolean {
    return this.#touchedBytes >= bytes || this.#touched.size >= paths;
  }

  #throwFault(): void {
    if (this.#fault !== undefined) throw this.#fault;
  }

  #takeOff(reached: Position): void {
    this.#flight = this.#fly(this.#touched.values(), reached);
    this.#touched = new Set();
    this.#touchedBytes = 0;
  }

  async #fly(paths: Iterator<string> & Iterable<string>, reached: Position): Promise<void> {
    const lane = async (): Promise<void> => {
      for (const path of paths) if (!this.#isStopped) await flushPath(below(this.#partial, path));
    };
    try {
      await Promise.all(Array.from({ length: pathsAtOnce }, lane));
      if (!this.#isStopped) this.#landed = this.durable = reached;
    } catch (error) {
      this.#fault = error;
    }
    this.#flight = undefined;
  }
}

/** Flushes a file, or the names in a folder. */
export async function flushPath(path: string): Promise<void> {
  try {
    await using file = await open(bytesOf(path), "r");
    await file.sync();
  } catch (error) {
    throw faultOf(error, "write", path);
  }
}
