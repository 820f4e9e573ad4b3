/**
 * Brings what was copied to disk, beside the copying: one flush at a time, of all that was touched
 * since the one before. What has landed is what a checkpoint may say. The first flush comes soon,
 * so that a worker that dies young has got on; the distance to the next one doubles with each that
 * lands. The copying waits for the disk only when it is `aheadIntervals` distances ahead of it.
 *
 * A crash costs what is in flight and what was copied since: at most 9 MiB and two strides before
 * the first flush has landed; later about 64 MiB on a disk that keeps up with the copying, and
 * 512 MiB and two strides on one that does not.
 */
import { open } from "node:fs/promises";
import { below, bytesOf } from "./byte-path.ts";
import { faultOf } from "./io-fault.ts";
import type { Position, Stride } from "./transfer-state.ts";

const firstBytes = 1024 * 1024;
const firstPaths = 64;
const firstSeconds = 1;
/** How many times the first distance: 32 MiB, 1,024 paths, 2 seconds. */
const growthMax = { bytes: 32, paths: 16, seconds: 2 };
const aheadIntervals = 8;
const pathsAtOnce = 4;

interface Distance {
  readonly bytes: number;
  readonly paths: number;
}

export class Flush implements AsyncDisposable {
  readonly #partial: string;
  #touched = new Set<string>();
  #touchedBytes = 0;
  #growth = 1;
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
   * @param speed bytes a second, 0 is unlimited. At a limited speed a flush is due after a
   * second or two of it, and there is time to wait for it.
   */
  async add(stride: Stride, speed: number): Promise<Position | undefined> {
    for (const path of stride.touched) this.#touched.add(path);
    this.#touchedBytes += stride.bytes;
    if (this.#isPast(this.#distance(0), aheadIntervals)) await this.#flight;
    if (this.#isPast(this.#distance(speed), 1) && !this.#flight) this.#takeOff(stride.position);
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

  /** How far apart flushes are by now. */
  #distance(speed: number): Distance {
    const growth = this.#growth;
    const bytes = firstBytes * Math.min(growth, growthMax.bytes);
    const slow = speed * firstSeconds * Math.min(growth, growthMax.seconds);
    return {
      bytes: speed > 0 ? Math.min(bytes, slow) : bytes,
      paths: firstPaths * Math.min(growth, growthMax.paths),
    };
  }

  #isPast({ bytes, paths }: Distance, times: number): boolean {
    return this.#touchedBytes >= bytes * times || this.#touched.size >= paths * times;
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
      if (!this.#isStopped) {
        this.#landed = this.durable = reached;
        this.#growth = Math.min(this.#growth * 2, growthMax.bytes);
      }
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
