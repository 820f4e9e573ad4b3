/**
 * The world: the only door to a clock, a timer, randomness and new ids. Everything that is not
 * input comes in here, so that a simulation can stand in for all of it at once.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

export interface World {
  /** Wall clock, milliseconds since 1970. May jump. */
  now(): number;
  /** Milliseconds that only ever grow; comparable within this process only. */
  monotonic(): number;
  /**
   * Resolves after `ms` (but after 24 days at the latest), or at once when `signal` aborts; never
   * rejects. A `background` sleep does
   * not keep the process alive by itself.
   */
  sleep(ms: number, signal?: AbortSignal, options?: { background?: boolean }): Promise<void>;
  /** A number in [0, 1), for jitter. */
  random(): number;
  /** A fresh id: 16 lower-case letters and digits, the first a letter. */
  id(): string;
}

const letters = "abcdefghijklmnopqrstuvwxyz";
const alphabet = `${letters}234567`;

const idBytes = 16;
let pool = Buffer.alloc(0);

/** Random bytes are drawn for many ids at once: a draw costs as much as a hundred ids. */
function freshId(): string {
  if (pool.length === 0) pool = randomBytes(256 * idBytes);
  let id = letters.charAt((pool[0] ?? 0) % 26);
  for (const byte of pool.subarray(1, idBytes)) id += alphabet.charAt(byte % 32);
  pool = pool.subarray(idBytes);
  return id;
}

/** The longest delay that a timer takes; 24 days. */
const timerMsMax = 2 ** 31 - 1;

/** The machine that this process runs on. */
export const realWorld: World = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal, { background = false } = {}) => {
    try {
      await delay(
        Math.min(ms, timerMsMax),
        undefined,
        signal ? { signal, ref: !background } : { ref: !background },
      );
    } catch {
      // An aborted sleep is a sleep that ended early.
    }
  },
  random: () => Math.random(),
  id: freshId,
};
