/**
 * Clients that append without a pause, each to one new group after another: for tests that kill
 * what they append to.
 */
import type { Log } from "../bus.ts";

export interface SteadyAppends {
  /** The groups whose commit was acknowledged, so far. */
  readonly acknowledged: readonly string[];
  /** What appends failed with, so far. */
  readonly failures: readonly unknown[];
  stop(): Promise<void>;
}

const clients = 8;

export function steadyAppends(log: Log): SteadyAppends {
  const acknowledged: string[] = [];
  const failures: unknown[] = [];
  const over = new AbortController();
  const append = async (client: number) => {
    for (let i = 0; !over.signal.aborted; i += 1) {
      const gid = `c${client}-${i}`;
      try {
        await log.append(gid, 1, "");
        acknowledged.push(gid);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const running = Array.from({ length: clients }, (_, client) => append(client));
  return {
    acknowledged,
    failures,
    stop: async () => {
      over.abort();
      await Promise.all(running);
    },
  };
}
