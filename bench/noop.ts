/** A driver that does nothing, so that only the lifecycle is measured. */
import type { Driver } from "../actors/driver.ts";

export const noop: Driver = {
  type: "noop",
  description: "does nothing",
  args: { type: "object" },
  run: async () => ({ done: true }),
};
