/**
 * A pass under way: what it has found and done, in strides. Between two strides the thread rests;
 * that is where the job pauses, throttles and is cancelled.
 */
import { quoted } from "../copy/byte-path.ts";

/** All paths with one character per byte. */
export interface FollowOrder {
  readonly from: string;
  readonly to: string;
  /** An empty folder on the target's disk. */
  readonly scratch: string;
  /** By these it is seen that a root is not what it was: a disk that is not there any more. */
  readonly fromInode: string;
  readonly toInode: string;
  /** Owners are kept. */
  readonly owner: boolean;
}

export interface Stride {
  /** Of files that were found equal, or copied. */
  readonly seenBytes: number;
  readonly copiedBytes: number;
  /** The pass, when the stride is its last. */
  readonly pass: Passed | null;
}

export interface Passed {
  /** How many entries were not what they are in the source. */
  readonly changes: number;
  /** The first of them, for people; empty when there is none. */
  readonly example: string;
  /** What the pass has cost this thread. */
  readonly cpuMs: number;
}

const strideBytes = 1024 * 1024;
const strideEntries = 256;

export class Pass {
  readonly order: FollowOrder;
  /**
   * Of every file, its inode when the target was last made equal to it; as the pass before had it.
   */
  readonly known: ReadonlyMap<string, bigint>;
  readonly inodes = new Map<string, bigint>();
  readonly #startedUs = cpuUs();
  #example = "";
  changes = 0;
  /** Entries taken out of the target. */
  discarded = 0;
  /** In this stride. Entries are those that were looked at, on either side. */
  seenBytes = 0;
  copiedBytes = 0;
  entries = 0;

  constructor(order: FollowOrder, known: ReadonlyMap<string, bigint>) {
    this.order = order;
    this.known = known;
  }

  /** Takes note of an entry that was not what it is in the source. */
  change(path: string): void {
    if (this.changes === 0) this.#example = quoted(`${this.order.from}/${path}`);
    this.changes += 1;
  }

  get isFull(): boolean {
    return this.copiedBytes >= strideBytes || this.entries >= strideEntries;
  }

  endStride(): Stride {
    const { seenBytes, copiedBytes } = this;
    this.seenBytes = this.copiedBytes = this.entries = 0;
    return { seenBytes, copiedBytes, pass: null };
  }

  end(): Stride {
    const cpuMs = (cpuUs() - this.#startedUs) / 1_000;
    return { ...this.endStride(), pass: { changes: this.changes, example: this.#example, cpuMs } };
  }
}

function cpuUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
