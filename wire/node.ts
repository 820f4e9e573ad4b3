/**
 * A node of a fleet: a process whose desk answers requests, and which carries the log into the
 * feed. Any number may run over one bus, and any may go at any time.
 */
import type { System } from "../actors/system.ts";
import { BusError } from "../bus/bus-error.ts";
import type { Bus } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import { CommitError } from "../machines/commit.ts";
import { relay } from "../projections/relay.ts";
import { isPassing } from "../actors/patience.ts";
import { jobService } from "./job-service.ts";
import type { Office } from "./office.ts";

export interface NodeOptions {
  readonly bus: Bus;
  readonly world: World;
  readonly system: System;
  readonly office: Office;
  readonly onError: (error: unknown) => void;
  /** Hears why it cannot carry the log into the feed any more, when no group of it is to blame. */
  readonly onCut?: (why: BusError) => void;
}

/** Serves and relays until disposed of. Fails where the bus has no requests. */
export async function openNode(options: NodeOptions): Promise<AsyncDisposable> {
  const { bus, world, system, office, onError, onCut } = options;
  const { requests, queue, generation } = bus;
  if (requests === undefined) throw new Error(`${bus.url}: a bus without requests has no nodes`);
  const { desk, checkpoints, outputs, registry } = system;
  const noteError = (error: unknown): void => {
    if (!isPassing(error)) onError(error);
  };
  const noteRelay = (error: unknown): void => {
    const isDamage = error instanceof CommitError;
    noteError(
      isDamage ? new CommitError(error.code, `the feed ends here: ${error.message}`) : error,
    );
    if (error instanceof BusError && !isPassing(error)) onCut?.(error);
  };
  const stop = new AbortController();
  const relaying = relay(bus, { world, signal: stop.signal, onError: noteRelay });
  const register = registry.register.bind(registry);
  const serving = await requests.serve(
    jobService({
      commands: desk,
      checkpoints,
      outputs,
      register,
      queue,
      generation,
      office,
      world,
      onError: noteError,
    }),
  );
  return {
    [Symbol.asyncDispose]: async () => {
      await serving[Symbol.asyncDispose]();
      stop.abort();
      await relaying;
    },
  };
}
