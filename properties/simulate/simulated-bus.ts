/**
 * The simulated bus, as it is behind the lines of the processes: one server with a clock of its
 * own. Its log can lose its end; its queue can be looked into. The other ports are the memory
 * bus's. With no faults it keeps the contract of every bus.
 */
import { BusError } from "../../bus/bus-error.ts";
import type { Bus, Queue, WorkItem } from "../../bus/bus.ts";
import { Lifetime } from "../../bus/lifetime.ts";
import { memoryOutlet } from "../../bus/memory/memory-outlet.ts";
import { memoryQueue } from "../../bus/memory/memory-queue.ts";
import { memoryShelf } from "../../bus/memory/memory-shelf.ts";
import { memorySignals } from "../../bus/memory/memory-signals.ts";
import { memoryValues } from "../../bus/memory/memory-values.ts";
import type { World } from "../../bus/world.ts";
import { SimulatedLog } from "./simulated-log.ts";

export interface SimulatedBus extends Bus {
  readonly log: SimulatedLog;
  /** What is offered now, taken or not. */
  readonly items: ReadonlyMap<string, WorkItem>;
}

export function openSimulatedBus(world: World): SimulatedBus {
  const url = "memory:";
  const life = new Lifetime(url);
  const items = new Map<string, WorkItem>();
  return {
    url,
    generation: world.id(),
    items,
    log: new SimulatedLog(life),
    queue: watched(memoryQueue(life, world), items),
    values: memoryValues(life, world),
    signals: memorySignals(),
    outlet: memoryOutlet(life),
    shelf: memoryShelf(life),
    failed: new Promise<BusError>(() => {}),
    [Symbol.asyncDispose]: async () => life.close(),
  };
}

function watched(queue: Queue, items: Map<string, WorkItem>): Queue {
  return {
    take: (wanted, signal) => queue.take(wanted, signal),
    prepare: (wanted) => queue.prepare(wanted),
    offer: (item) => {
      items.set(item.uid, item);
      return queue.offer(item);
    },
    done: (uid) => {
      items.delete(uid);
      return queue.done(uid);
    },
  };
}
