/**
 * Waits until what `from` publishes reaches `to`: with servers in between a subscription takes
 * effect a little later. So do those that `to` made before.
 */
import { expect, vi } from "vitest";
import type { Signals } from "../bus.ts";
import { patience } from "./patience.ts";

export async function untilHeard(from: Signals, to: Signals): Promise<void> {
  let isHeard = false;
  const probing = to.subscribe("probe", () => (isHeard = true));
  await vi.waitFor(() => {
    from.publish("probe", "");
    expect(isHeard).toBe(true);
  }, patience);
  probing[Symbol.dispose]();
}
