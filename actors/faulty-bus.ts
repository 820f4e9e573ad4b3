/**
 * Faults of a bus for tests: appends that are durable and say that they may not be, appends that
 * never were, and how often each group was read.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Bus, Log } from "../bus/bus.ts";

export class FaultyBus {
  readonly bus: Bus;
  /** The gids that were read, in order. */
  readonly reads: string[] = [];
  /** Decides what happens to an append: its answer is lost, or the append itself is. */
  fault: (text: string) => "answer lost" | "append lost" | undefined = () => undefined;

  /** Whether nothing can be removed, as when a process dies before it. */
  keepsAll = false;

  constructor(bus: Bus) {
    const { log } = bus;
    const watched: Log = {
      append: async (gid, rev, text, last) => {
        const fault = this.fault(text);
        if (fault === "append lost") throw new BusError("unavailable", `${gid}: no answer`);
        const position = await log.append(gid, rev, text, last);
        if (fault === "answer lost") throw new BusError("unavailable", `${gid}: no answer`);
        return position;
      },
      read: (gid, after) => {
        this.reads.push(gid);
        return log.read(gid, after);
      },
      readAll: (after) => log.readAll(after),
      follow: (after, signal) => log.follow(after, signal),
      head: () => log.head(),
      forget: async (gid, position) => {
        if (this.keepsAll) throw new BusError("unavailable", `${gid}: no answer`);
        await log.forget(gid, position);
      },
    };
    this.bus = { ...bus, log: watched };
  }

  /** The next append whose commit has that verb as its cause meets the fault, once. */
  once(fault: "answer lost" | "append lost", verb: string): void {
    this.fault = (text) => {
      const { cause } = JSON.parse(text) as { cause: { verb: string } };
      if (cause.verb !== verb) return undefined;
      this.fault = () => undefined;
      return fault;
    };
  }
}
