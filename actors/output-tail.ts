/**
 * The tail of what a run says: its last 64 KiB, in a ring that never grows. What a chunk costs is
 * the copy of what stays of it.
 */
export const tailBytesMax = 64 * 1024;

export class OutputTail {
  readonly #ring = Buffer.allocUnsafeSlow(tailBytesMax);
  #endBytes = 0;

  /** How many bytes were said in all. */
  get endBytes(): number {
    return this.#endBytes;
  }

  add(chunk: Uint8Array | string): void {
    const kept = typeof chunk === "string" ? endOfText(chunk) : chunk.subarray(-tailBytesMax);
    this.#endBytes += typeof chunk === "string" ? Buffer.byteLength(chunk) : chunk.length;
    const from = (this.#endBytes - kept.length) % tailBytesMax;
    const before = kept.subarray(0, tailBytesMax - from);
    this.#ring.set(before, from);
    this.#ring.set(kept.subarray(before.length), 0);
  }

  /** A copy of the last bytes, in their order. */
  bytes(): Buffer {
    const at = this.#endBytes % tailBytesMax;
    if (this.#endBytes <= tailBytesMax) return Buffer.from(this.#ring.subarray(0, this.#endBytes));
    return Buffer.concat([this.#ring.subarray(at), this.#ring.subarray(0, at)]);
  }
}

/** Its last bytes. A character has no more units than bytes; one that the cut breaks is cut off. */
function endOfText(text: string): Uint8Array {
  return Buffer.from(text.slice(-tailBytesMax - 1)).subarray(-tailBytesMax);
}
