/**
 * The settings of a system, and what is meant where one says nothing.
 */
import { hostname, userInfo } from "node:os";
import type { Driver } from "../actors/driver.ts";
import type { Inspect } from "../actors/live.ts";
import type { WorkerSettings } from "../actors/worker-settings.ts";
import { BusError } from "../bus/bus-error.ts";
import type { Bus } from "../bus/bus.ts";
import { isNatsUrl } from "../bus/is-nats-url.ts";
import type { NatsSettings } from "../bus/nats/nats-settings.ts";
import { openBus } from "../bus/open-bus.ts";
import type { World } from "../bus/world.ts";
import { openFar, openOwn, type Premises } from "./premises.ts";

export interface SystemSettings {
  /**
   * `file:PATH`, `memory:`, `nats://HOST:PORT`, the settings of a fleet, or a bus that is open
   * already (and is not closed with the system).
   */
  readonly bus: string | NatsSettings | Bus;
  /** Whether a file that is not there is made, or by a node its streams. Default true. */
  readonly create?: boolean;
  readonly drivers?: readonly Driver[];
  /**
   * Decides in this process, and where others can ask over the bus, for them too. Default: in a file
   * or memory every process decides for itself; on NATS this process asks the nodes.
   */
  readonly node?: boolean;
  /**
   * Runs jobs in this process. `takes: "own"` runs only what is created with `run: true`.
   * Default: this process only asks and looks.
   */
  readonly worker?: boolean | Partial<WorkerSettings>;
  /** Who asks, as the history will say. Default user@host. */
  readonly by?: string;
  /** What relative paths in arguments are relative to. Default: the working folder. */
  readonly cwd?: string;
  /** Groups kept in memory. Default 10,000. */
  readonly groupsMax?: number;
  /**
   * Now and then prunes the groups whose jobs all ended so long ago, where this process decides for
   * itself or is a node. Default: never.
   */
  readonly retainMs?: number;
  /** Sees every live group and job as an XState actor. */
  readonly inspect?: Inspect;
  readonly world?: World;
  /** Hears of what went wrong in the background. Default: a warning of the process. */
  readonly onError?: (error: unknown) => void;
  /**
   * Hears what has to be waited for, and is asked again: nodes that do not answer. Undefined: they
   * answer again. Default: `onError` hears of it.
   */
  readonly onWait?: (why: string | undefined) => void;
  /**
   * Hears why a node can do its part no longer: its log is not to be followed, or believed, or its
   * feed is another history's. It answers requests on; better is to end it, and say why.
   */
  readonly onCut?: (why: BusError) => void;
}

/** The bus, opened unless it was. Only nodes make what a fleet has not yet. */
export async function openBusOf(settings: SystemSettings, world: World): Promise<Bus> {
  const { bus, create = true, node = false } = settings;
  if (typeof bus === "object" && "log" in bus) return bus;
  const isFleet = typeof bus === "object" || isNatsUrl(bus);
  return openBus(bus, { world, create: create && (node || !isFleet) });
}

const leaseMs = 10_000;
/** A lease has to outlive the death of a stream's leader. */
const farLeaseMs = 30_000;

/** The office, and the worker where one is asked for, over a bus that is open. */
export function openPremises(settings: SystemSettings, bus: Bus, world: World): Promise<Premises> {
  const isFar = bus.onConnection !== undefined;
  const {
    node = !isFar,
    drivers = [],
    groupsMax = 10_000,
    inspect,
    retainMs,
    onError = warn,
    onWait = (why) => why !== undefined && onError(new BusError("unavailable", why)),
    onCut,
  } = settings;
  const worker = workerOf(settings.worker, isFar ? farLeaseMs : leaseMs);
  const common = { bus, world, drivers, groupsMax, onError, onWait, ...worker };
  const observed = {
    ...common,
    ...(inspect === undefined ? {} : { inspect }),
    ...(retainMs === undefined ? {} : { retainMs }),
    ...(onCut === undefined ? {} : { onCut }),
  };
  if (node || bus.requests === undefined) return openOwn(observed, settings.node === true);
  return openFar(observed, bus.requests);
}

function workerOf(
  worker: SystemSettings["worker"],
  leaseMs: number,
): { readonly worker?: WorkerSettings } {
  if (worker === undefined || worker === false) return {};
  const host = hostname();
  const settings = { name: host, host, pid: process.pid, concurrency: 4, leaseMs } as const;
  return { worker: { ...settings, takes: "offered", ...(worker === true ? {} : worker) } };
}

/** `user@host`. */
export function identity(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}@${hostname()}`;
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
