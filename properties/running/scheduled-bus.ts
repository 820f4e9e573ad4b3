/**
 * A bus whose log and values answer in the order that fast-check's scheduler chooses: a race
 * between systems becomes an input, which is drawn, shrunk and replayed like any other.
 */
import type { Scheduler } from "fast-check";
import type { Bus } from "../../bus/bus.ts";

/**
 * The bus as one system sees it. Nothing is answered but while the scheduler is waited for: open and
 * close the system inside `scheduler.waitFor` too.
 */
export function scheduledBus(scheduler: Scheduler, bus: Bus): Bus {
  const { log, values } = bus;
  return {
    ...bus,
    log: {
      append: scheduler.scheduleFunction((...given) => log.append(...given)),
      read: scheduler.scheduleFunction((...given) => log.read(...given)),
      readAll: (after) => log.readAll(after),
      follow: (after, signal) => log.follow(after, signal),
      head: () => log.head(),
      forget: (gid, position) => log.forget(gid, position),
    },
    values: {
      get: scheduler.scheduleFunction((...given) => values.get(...given)),
      put: scheduler.scheduleFunction((...given) => values.put(...given)),
      remove: scheduler.scheduleFunction((...given) => values.remove(...given)),
      list: scheduler.scheduleFunction((...given) => values.list(...given)),
    },
  };
}
