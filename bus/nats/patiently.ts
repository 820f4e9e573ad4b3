/**
 * Patience with servers that have just started, or are choosing a leader.
 */
import { BusError } from "../bus-error.ts";
import type { World } from "../world.ts";

const patienceMs = 15_000;
const pauseMs = 250;

/** Does it again while it fails with `unavailable`, for about 15 s; then fails as it did. */
export async function patiently<T>(world: World, work: () => Promise<T>): Promise<T> {
  const startedMs = world.monotonic();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isPassing = error instanceof BusError && error.code === "unavailable";
      if (!isPassing || world.monotonic() - startedMs > patienceMs) throw error;
    }
    await world.sleep(pauseMs);
  }
}
