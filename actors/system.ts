/**
 * The actors of one process over one bus: the desk, and where asked for a keeper and a worker.
 * What a commit makes due is carried out here, and made good by any keeper when it was not.
 */
import type { BusError } from "../bus/bus-error.ts";
import type { Bus } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import type { Offer } from "../machines/duty.ts";
import type { Effect } from "../machines/effects.ts";
import type { Group } from "../machines/record.ts";
import { takesWhenClaimed } from "../machines/resources.ts";
import { memberOf } from "./commands.ts";
import { Cursors } from "./cursors.ts";
import { Desk } from "./desk.ts";
import type { Driver } from "./driver.ts";
import { Keeper } from "./keeper.ts";
import type { Inspect } from "./live.ts";
import { KeptOutputs } from "./outputs.ts";
import { isPassing } from "./patience.ts";
import { Pruner } from "./pruner.ts";
import { jobTypeOf, Registry } from "./registry.ts";
import { workItem } from "./work.ts";
import type { OpenWorkerDesk, WorkerDesk } from "./worker-desk.ts";
import { WentBack } from "./went-back.ts";
import type { WorkerSettings } from "./worker-settings.ts";
import { Worker } from "./worker.ts";

export interface SystemOptions {
  readonly bus: Bus;
  readonly world: World;
  readonly drivers: readonly Driver[];
  /** Runs jobs in this process; absent: it only asks and looks. */
  readonly worker?: WorkerSettings;
  /** Makes good what others leave undone, also without a worker. A worker of its own desk does. */
  readonly keeps?: boolean;
  /** Where the worker stands; absent: at this process's own desk. */
  readonly openDesk?: OpenWorkerDesk;
  /** Whether the log is carried into a feed. */
  readonly hasFeed?: boolean;
  readonly groupsMax: number;
  readonly inspect?: Inspect;
  /** Hears of what went wrong in the background. */
  readonly onError: (error: unknown) => void;
  /** Hears why nothing is made good here any more: the log is not to be followed, or believed. */
  readonly onCut?: (why: BusError) => void;
}

export class System implements AsyncDisposable {
  readonly desk: Desk;
  readonly registry: Registry;
  readonly checkpoints: Cursors;
  readonly outputs: KeptOutputs;
  readonly pruner: Pruner;
  readonly #options: SystemOptions;
  readonly #pending = new Set<Promise<void>>();
  #worker: Worker | undefined;
  #keeper: Keeper | undefined;

  private constructor(options: SystemOptions) {
    const { bus, world, groupsMax, inspect } = options;
    this.#options = options;
    this.registry = new Registry(bus.values);
    this.checkpoints = new Cursors(bus.values);
    this.outputs = new KeptOutputs(bus.values);
    this.desk = new Desk({
      bus,
      world,
      groupsMax,
      inspect,
      carryOut: (effect, group) => this.#carryOut(effect, group),
    });
    const { desk, checkpoints, outputs } = this;
    const hasFeed = options.hasFeed === true;
    this.pruner = new Pruner({ bus, world, desk, checkpoints, outputs, hasFeed });
  }

  static async open(options: SystemOptions): Promise<System> {
    const system = new System(options);
    const { worker, keeps = worker !== undefined && options.openDesk === undefined } = options;
    if (worker !== undefined) await system.#startWorking(worker);
    if (keeps) await system.#startKeeping();
    system.#worker?.start();
    return system;
  }

  get worker(): Worker | undefined {
    return this.#worker;
  }

  /** Carries out what is pending and ends the worker's session; jobs in hand are others' then. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.close();
    await this.#keeper?.close();
    await Promise.all(this.#pending);
  }

  async #startWorking(settings: WorkerSettings): Promise<void> {
    const { bus, world, drivers, onError } = this.#options;
    const byType = new Map(drivers.map((driver) => [driver.type, driver]));
    const openDesk = this.#options.openDesk ?? (() => this.#ownDesk(drivers));
    const own = { bus, world, openDesk, onError, drivers: byType };
    this.#worker = await Worker.open({ ...own, ...settings });
  }

  async #ownDesk(drivers: readonly Driver[]): Promise<WorkerDesk> {
    for (const driver of drivers) await this.registry.registerOwn(jobTypeOf(driver));
    return { commands: this.desk, checkpoints: this.checkpoints, outputs: this.outputs };
  }

  async #startKeeping(): Promise<void> {
    const { bus, world, onError, onCut } = this.#options;
    this.#keeper = new Keeper({
      bus,
      world,
      onCut,
      commands: this.desk,
      onError: (error) => {
        if (error instanceof WentBack) this.desk.groups.stop(error);
        onError(error);
      },
      onCommit: (stored) => this.desk.groups.hear(stored),
      onOffer: ({ uid }) => this.#later(this.#worker?.takeOwn(uid) ?? Promise.resolve()),
    });
    await this.#keeper.start();
  }

  #carryOut(effect: Effect, group: Group): void {
    const { bus, world } = this.#options;
    if (effect.do === "poke") {
      const { session, uid } = effect;
      if (this.#worker?.poke(session, uid, group) === true) return;
      bus.signals.publish(`ctl.${session}`, uid);
    } else if (effect.offer.at <= world.now() && !isInLine(effect.offer, group)) {
      this.#later(bus.queue.offer(workItem(effect.offer)));
    }
  }

  /** What could not be done now for a passing reason, a keeper finds undone. */
  #later(work: Promise<void>): void {
    const pending = work
      .catch((error: unknown) => {
        if (!isPassing(error)) this.#options.onError(error);
      })
      .finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
  }
}

/** Whether it waits for resources: a keeper says when it is its turn. */
function isInLine({ uid }: Offer, group: Group): boolean {
  const job = memberOf(group, uid);
  return job !== undefined && takesWhenClaimed(job);
}
