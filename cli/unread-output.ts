/**
 * The unread part of a job's output, which is asked for again and again: what came since it was
 * last looked at, epoch by epoch, and how much of it was gone before anybody looked.
 */
import type { Output } from "../jobchart.ts";

/** Bytes that one epoch of the job has said without a gap. */
export interface Passage {
  readonly epoch: number;
  readonly attempt: number;
  /** How many bytes the epoch had said before these. */
  readonly offset: number;
  readonly bytes: Buffer;
  /** How many of the bytes before these were never read, and are gone. */
  readonly missedBytes: number;
  /** Nothing was read of this epoch before. */
  readonly isFirst: boolean;
}

export class UnreadOutput {
  #epoch = 0;
  #endBytes = 0;

  /** What is new in the output, oldest first. */
  passages({ earlier, ...last }: Output): readonly Passage[] {
    const tails = earlier === undefined ? [last] : [earlier, last];
    return tails.flatMap(({ epoch, attempt, offset, bytes: text }) => {
      if (epoch < this.#epoch) return [];
      const isFirst = epoch > this.#epoch;
      const readBytes = isFirst ? 0 : this.#endBytes;
      const from = Math.max(offset, readBytes);
      const bytes = Buffer.from(text, "base64").subarray(from - offset);
      if (bytes.length === 0) return [];
      this.#epoch = epoch;
      this.#endBytes = from + bytes.length;
      return [{ epoch, attempt, offset: from, bytes, missedBytes: from - readBytes, isFirst }];
    });
  }
}
