/**
 * Patience: what the bus could not answer now is asked again, later and later. An act that is
 * asked again must be one that does no harm twice.
 */
import { BusError } from "../bus/bus-error.ts";
import type { World } from "../bus/world.ts";

const waitMsMin = 50;
const waitMsMax = 2_000;

/** Whether trying again may help. */
export function isPassing(error: unknown): boolean {
  return error instanceof BusError && ["unavailable", "full", "readonly"].includes(error.code);
}

/** Acts until the bus answers; undefined once `isOn` says that there is no need any more. */
export async function patiently<T>(
  act: () => Promise<T>,
  { world, signal, isOn }: { world: World; signal: AbortSignal; isOn: () => boolean },
): Promise<T | undefined> {
  for (let waitMs = waitMsMin; isOn(); waitMs = Math.min(waitMsMax, waitMs * 2)) {
    try {
      return await act();
    } catch (error) {
      if (!isPassing(error)) throw error;
      await world.sleep(waitMs * (0.5 + world.random()), signal);
    }
  }
  return undefined;
}
