/**
 * Brings what was copied to disk, beside the copying: one flush at a time, of all that was touched
 * since the one before. What has landed is what a checkpoint may say. The first flush comes soon,
 * so that a worker that dies young has got on; the distance to the next one doubles with each that
 * lands. The copying waits for the disk only when it is `aheadIntervals` distances ahead of it.
 *
 * Where there are many paths, the whole file system is flushed at once. A refused write may then be
 * told to somebody else who does so, but each file keeps its own error, too: the verification asks
 * for it (verify.ts).
 *
 * A crash costs what is in flight and what was copied since: at most 9 MiB and two strides before
 * the first flush has landed; later about 64 MiB on a disk that keeps up with the copying, and
 * 512 MiB and two strides on one that does not.
 */
import { below } from "./byte-path.ts";
import { openCopyHand, type CopyHand } from "./copy-hand.ts";
import { flushPath } from "./flush-path.ts";
import { syncDisk } from "./sync-disk.ts";
import type { Position, Stride } from "./transfer-state.ts";

const firstBytes = 1024 * 1024;
const firstPaths = 64;
const firstSeconds = 1;
/** How many times the first distance: 32 MiB, 1,024 paths, 2 seconds. */
const growthMax = { bytes: 32, paths: 16, seconds: 2 };
const aheadIntervals = 8;
/** So few are flushed sooner than a thread for it is there. */
const fewPaths = 16;

interface Distance {
  readonly bytes: number;
  readonly paths: number;
}

export class Flush {
  readonly #partial: string;
  #touched = new Set<string>();
  #touchedBytes = 0;
  #growth = 1;
  #isStopped = false;
  #flight: Promise<void> | undefined;
  #hand: CopyHand | undefined;
  #landed: Position | undefined;
  #reached: Position;
  #fault: unknown;
  /** The last position that is on disk. */
  durable: Position;
  /**
   * A flush has failed: what is written over what it could not write may be lost without another
   * word. Only new files are safe.
   */
  hasFailed = false;

  constructor(partial: string, durable: Position) {
    this.#partial = partial;
    this.durable = this.#reached = durable;
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
    this.#reached = stride.position;
    if (this.#isPast(this.#distance(0), aheadIntervals)) await this.#flight;
    if (this.#isPast(this.#distance(speed), 1) && !this.#flight) this.#takeOff();
    if (speed > 0) await this.#flight;
    return this.#news();
  }

  /** Flushes what is left, and is then like a last `add`. */
  async finish(): Promise<Position | undefined> {
    await this.#flight;
    if (this.#fault === undefined && this.#touched.size > 0) this.#takeOff();
    await this.#flight;
    return this.#news();
  }

  /** Ends the flush under way early. To be called at the end, whatever happened. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#flight;
    await this.#hand?.[Symbol.asyncDispose]();
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

  #news(): Position | undefined {
    if (this.#fault !== undefined) throw this.#fault;
    const landed = this.#landed;
    this.#landed = undefined;
    return landed;
  }

  #takeOff(): void {
    this.#flight = this.#fly(this.#touched, this.#reached);
    this.#touched = new Set();
    this.#touchedBytes = 0;
  }

  async #fly(paths: ReadonlySet<string>, reached: Position): Promise<void> {
    try {
      const isSynced = paths.size > fewPaths && (await syncDisk(this.#partial));
      if (!isSynced) await this.#flushEach(paths);
      if (!this.#isStopped) {
        this.#landed = this.durable = reached;
        this.#growth = Math.min(this.#growth * 2, growthMax.bytes);
      }
    } catch (error) {
      this.#fault = error;
      this.hasFailed = true;
    }
    this.#flight = undefined;
  }

  async #flushEach(paths: ReadonlySet<string>): Promise<void> {
    if (paths.size <= fewPaths) {
      await Promise.all(Array.from(paths, (path) => flushPath(below(this.#partial, path))));
      return;
    }
    this.#hand ??= openCopyHand();
    const strides = this.#hand.strides("flushPaths", { root: this.#partial, paths });
    while (!this.#isStopped && !(await strides.next()).done);
  }
}
