/**
 * The end of a step: resolves when everything that follows at once from what just happened has
 * happened. Node runs all microtasks, in an order that is always the same, before it comes back.
 */
import { setImmediate } from "node:timers/promises";

export async function settled(): Promise<void> {
  await setImmediate();
}
