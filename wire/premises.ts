/**
 * The premises of one process: its office, and the worker that it may have. Its own, as a node or
 * all by itself; or far from the office, as a client of the nodes.
 */
import type { Driver } from "../actors/driver.ts";
import type { Inspect } from "../actors/live.ts";
import { isPassing, patiently } from "../actors/patience.ts";
import { jobTypeOf } from "../actors/registry.ts";
import { regainNames } from "../actors/regain-names.ts";
import { System } from "../actors/system.ts";
import type { OpenWorkerDesk } from "../actors/worker-desk.ts";
import type { WorkerSettings } from "../actors/worker-settings.ts";
import type { Worker } from "../actors/worker.ts";
import { BusError } from "../bus/bus-error.ts";
import type { Bus, Requests } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import { jobsView } from "../projections/jobs.ts";
import { openFarDesk } from "./far-desk.ts";
import { FarOffice } from "./far-office.ts";
import { openNode } from "./node.ts";
import { NodeLine } from "./node-line.ts";
import type { Office } from "./office.ts";
import { OwnOffice } from "./own-office.ts";
import { Retention } from "./retention.ts";

export interface PremisesSettings {
  readonly bus: Bus;
  readonly world: World;
  readonly drivers: readonly Driver[];
  /** Absent: this process runs no jobs. */
  readonly worker?: WorkerSettings;
  readonly groupsMax: number;
  /** How long ended groups are kept; absent: for ever. */
  readonly retainMs?: number;
  readonly inspect?: Inspect;
  readonly onError: (error: unknown) => void;
  /** Hears what nodes are waited for; undefined: they answer again. */
  readonly onWait: (why: string | undefined) => void;
  readonly onCut?: (why: BusError) => void;
}

export interface Premises extends AsyncDisposable {
  readonly office: Office;
  readonly worker: Worker | undefined;
  /** Whether nodes carry the log into the feed. */
  readonly hasFeed: boolean;
  /** Groups and live jobs in memory. */
  readonly inHand: { readonly groups: number; readonly jobs: number };
}

/** How long a client waits for a node to answer, and one who runs his own jobs to begin. */
const patienceMs = 15_000;

/** With the log at hand. `serves`: as a node of a fleet. */
export async function openOwn(settings: PremisesSettings, serves: boolean): Promise<Premises> {
  const { bus, world } = settings;
  const fleet = { keeps: true, hasFeed: true };
  const system = await System.open(serves ? { ...settings, ...fleet } : settings);
  if (serves) await regainNames(bus, system.desk.names);
  const office = new OwnOffice(system, jobsView(bus, world), bus);
  const node = serves ? await openNode({ ...settings, system, office }) : undefined;
  const { retainMs = Infinity } = settings;
  const retention = retainMs === Infinity ? undefined : new Retention(office, settings, retainMs);
  return {
    office,
    worker: system.worker,
    hasFeed: serves,
    get inHand() {
      return system.desk.groups.size;
    },
    [Symbol.asyncDispose]: async () => {
      await retention?.[Symbol.asyncDispose]();
      await node?.[Symbol.asyncDispose]();
      await system[Symbol.asyncDispose]();
    },
  };
}

/** As a client of nodes. A worker that takes what is offered waits until there is one. */
export async function openFar(settings: PremisesSettings, requests: Requests): Promise<Premises> {
  const { world, worker, onWait } = settings;
  const office = new FarOffice(new NodeLine(requests, world, { patienceMs, onWait }));
  const closing = new AbortController();
  const openDesk = deskOpener(
    settings,
    new NodeLine(requests, world, { patienceMs: 0 }),
    office,
    closing.signal,
  );
  const system = worker && (await System.open({ ...settings, openDesk }));
  return {
    office,
    worker: system?.worker,
    hasFeed: true,
    inHand: { groups: 0, jobs: 0 },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await system?.[Symbol.asyncDispose]();
    },
  };
}

/** Registers with a node, as soon as there is one; says once that there is none, and when there is. */
function deskOpener(
  { world, drivers, worker, onWait }: PremisesSettings,
  line: NodeLine,
  office: Office,
  closing: AbortSignal,
): OpenWorkerDesk {
  const jobTypes = drivers.map(jobTypeOf);
  return async (info, stale) => {
    const untilMs = worker?.takes === "own" ? world.monotonic() + patienceMs : Infinity;
    const register = () => openFarDesk({ line, office, jobTypes }, info, stale);
    const isOn = () => !closing.aborted && world.monotonic() < untilMs;
    let isToldToWait = false;
    const toldTrouble = async () => {
      try {
        return await register();
      } catch (error) {
        if (error instanceof BusError && isPassing(error) && !isToldToWait) {
          isToldToWait = true;
          onWait(`${error.message}; asking again`);
        }
        throw error;
      }
    };
    const desk = (await patiently(toldTrouble, { world, signal: closing, isOn })) ?? register();
    if (isToldToWait) onWait(undefined);
    return desk;
  };
}
