/**
 * The newest messages of a stream, as they were told: without a gap, so that who has seen all
 * before them can go on here, and not too many.
 */

export interface Kept<T> {
  readonly seq: number;
  readonly sizeBytes: number;
  readonly value: T;
}

export interface RecentLimits {
  readonly messagesMax: number;
  readonly bytesMax: number;
}

const defaults: RecentLimits = { messagesMax: 4096, bytesMax: 8 << 20 };

export class Recent<T> {
  readonly #limits: RecentLimits;
  #kept: Kept<T>[] = [];
  #bytes = 0;

  constructor(limits: RecentLimits = defaults) {
    this.#limits = limits;
  }

  /** Notes the next one. After a gap only what comes from now on is kept; a late one is not. */
  add(message: Kept<T>): void {
    const last = this.#kept.at(-1);
    if (last !== undefined && message.seq <= last.seq) return;
    if (last !== undefined && message.seq > last.seq + 1) this.clear();
    this.#kept.push(message);
    this.#bytes += message.sizeBytes;
    this.#trim();
  }

  clear(): void {
    this.#kept = [];
    this.#bytes = 0;
  }

  /** Up to `count` of those above `after`; [] when it does not reach back that far, or on. */
  after(after: number, count: number): readonly Kept<T>[] {
    const first = this.#kept[0];
    if (first === undefined || after < first.seq - 1) return [];
    const from = after - first.seq + 1;
    return this.#kept.slice(from, from + count);
  }

  /** Drops a quarter at once, so that it is seldom done. */
  #trim(): void {
    const { messagesMax, bytesMax } = this.#limits;
    if (this.#kept.length <= messagesMax && this.#bytes <= bytesMax) return;
    let count = 0;
    while (
      this.#kept.length - count > (messagesMax * 3) / 4 ||
      (this.#bytes > (bytesMax * 3) / 4 && count < this.#kept.length)
    ) {
      this.#bytes -= this.#kept[count]?.sizeBytes ?? 0;
      count += 1;
    }
    this.#kept.splice(0, count);
  }
}
