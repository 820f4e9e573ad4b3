/**
 * The speed limit of one run, by QEMU's rule (`include/qemu/ratelimit.h`): slices of 100 ms, work
 * is charged after it is done, and a slice that was overdrawn is stretched. Monotonic time.
 */
const sliceMs = 100;

export class Throttle {
  #speed: number;
  #sliceStart = -Infinity;
  #sliceEnd = -Infinity;
  #dispatched = 0;

  constructor(speed: number) {
    this.#speed = speed;
  }

  /** Units a second, 0 = unlimited. What the slice has dispatched so far stays charged. */
  set speed(speed: number) {
    this.#speed = speed;
  }

  /** Charges `units` of work done; how long to rest, in milliseconds from `now`. */
  charge(units: number, now: number): number {
    if (this.#speed === 0) return 0;
    if (now >= this.#sliceEnd) {
      this.#sliceStart = now;
      this.#sliceEnd = now + sliceMs;
      this.#dispatched = 0;
    }
    this.#dispatched += units;
    const quota = Math.max((this.#speed * sliceMs) / 1000, 1);
    if (this.#dispatched < quota) return 0;
    this.#sliceEnd = this.#sliceStart + (this.#dispatched / quota) * sliceMs;
    return Math.max(0, this.#sliceEnd - now);
  }
}
