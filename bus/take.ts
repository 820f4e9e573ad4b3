/**
 * Taking work: try, and wait for the bell or for the next item to be given out again. Shared by
 * the adapters whose queue can be asked for what is free now.
 */
import type { WorkItem } from "./bus.ts";
import type { Bell } from "./bell.ts";
import type { World } from "./world.ts";

/** How long a taken item stays with its taker before it is given out again. */
export const visibilityMs = 10_000;

/** What one try finds: an item, now held; or when the next held one will be free again. */
export type Try = { readonly item: WorkItem } | { readonly freeInMs: number };

/** Tries until there is an item; undefined once `signal` aborts. */
export async function takeOne(
  attempt: () => Promise<Try>,
  bell: Bell,
  world: World,
  signal: AbortSignal,
): Promise<WorkItem | undefined> {
  while (!signal.aborted) {
    const seen = bell.rings;
    const found = await attempt();
    if ("item" in found) return found.item;
    await waitForEither(bell, seen, world, found.freeInMs, signal);
  }
  return undefined;
}

async function waitForEither(
  bell: Bell,
  seen: number,
  world: World,
  freeInMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (freeInMs === Infinity) return bell.after(seen, signal);
  const woken = new AbortController();
  const either = AbortSignal.any([signal, woken.signal]);
  await Promise.race([bell.after(seen, either), world.sleep(freeInMs, either)]);
  woken.abort();
}
