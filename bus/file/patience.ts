/**
 * Waiting for a lock without blocking anything: try, let a moment of random length pass, try
 * again. A blocking busy timeout would stall the event loop of every process that shares the file.
 */
import type { World } from "../world.ts";
import { isBusy } from "./sqlite-error.ts";

/** A lock that is held longer than this is held by a process that does not go on. */
const patienceMs = 10_000;
const pauseMs = 2;

/** The first result of `attempt` that is not "busy"; the last "busy" when patience is over. */
export async function patiently<T>(world: World, attempt: () => T): Promise<T> {
  const startedMs = world.monotonic();
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || world.monotonic() - startedMs > patienceMs) throw error;
    }
    await world.sleep(world.random() * pauseMs);
  }
}
