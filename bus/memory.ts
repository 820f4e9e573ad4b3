/**
 * The bus as plain data: for tests and simulation. It keeps every promise of the ports but one:
 * nothing outlives the process.
 */
import type { BusError } from "./bus-error.ts";
import type { Bus } from "./bus.ts";
import { Lifetime } from "./lifetime.ts";
import { memoryLog } from "./memory/memory-log.ts";
import { memoryOutlet } from "./memory/memory-outlet.ts";
import { memoryQueue } from "./memory/memory-queue.ts";
import { memoryRequests } from "./memory/memory-requests.ts";
import { memoryShelf } from "./memory/memory-shelf.ts";
import { memorySignals } from "./memory/memory-signals.ts";
import { memoryValues } from "./memory/memory-values.ts";
import type { World } from "./world.ts";

/** A fresh, empty bus of this process; two of them know nothing of each other. */
export function openMemoryBus({ world }: { readonly world: World }): Bus {
  const url = "memory:";
  const life = new Lifetime(url);
  return {
    url,
    generation: world.id(),
    log: memoryLog(life),
    queue: memoryQueue(life, world),
    values: memoryValues(life, world),
    signals: memorySignals(),
    outlet: memoryOutlet(life),
    shelf: memoryShelf(life),
    requests: memoryRequests(life, world),
    failed: new Promise<BusError>(() => {}),
    [Symbol.asyncDispose]: async () => life.close(),
  };
}
