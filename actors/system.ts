/**
 * The actors of one process over one bus: the desk, and where asked for a keeper and a worker.
 * What a commit makes due is carried out here, and made good by any keeper when it was not.
 */
import type { Bus } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import type { Effect } from "../machines/effects.ts";
import type { Group } from "../machines/record.ts";
import { Desk } from "./desk.ts";
import type { Driver } from "./driver.ts";
import { Keeper } from "./keeper.ts";
import type { Inspect } from "./live.ts";
import { isPassing } from "./patience.ts";
import { jobTypeOf, Registry } from "./registry.ts";
import { workItem } from "./work.ts";
import { WentBack } from "./went-back.ts";
import { Worker, type WorkerSettings } from "./worker.ts";

export interface SystemOptions {
  readonly bus: Bus;
  readonly world: World;
  readonly drivers: readonly Driver[];
  /** Runs jobs in this process; absent: it only asks and looks. */
  readonly worker?: WorkerSettings;
  readonly groupsMax: number;
  readonly inspect?: Inspect;
  /** Hears of what went wrong in the background. */
  readonly onError: (error: unknown) => void;
}

export class System implements AsyncDisposable {
  readonly desk: Desk;
  readonly registry: Registry;
  readonly #options: SystemOptions;
  readonly #pending = new Set<Promise<void>>();
  #worker: Worker | undefined;
  #keeper: Keeper | undefined;

  private constructor(options: SystemOptions) {
    const { bus, world, groupsMax, inspect } = options;
    this.#options = options;
    this.registry = new Registry(bus.values);
    this.desk = new Desk({
      bus,
      world,
      groupsMax,
      inspect,
      carryOut: (effect, group) => this.#carryOut(effect, group),
    });
  }

  static async open(options: SystemOptions): Promise<System> {
    const system = new System(options);
    if (options.worker !== undefined) await system.#startWorking(options.worker);
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
    for (const driver of byType.values()) await this.registry.register(jobTypeOf(driver));
    const shared = { bus, world, commands: this.desk, onError };
    const worker = await Worker.open({ ...shared, ...settings, drivers: byType });
    this.#worker = worker;
    this.#keeper = new Keeper({
      ...shared,
      onError: (error) => {
        if (error instanceof WentBack) this.desk.groups.stop(error);
        onError(error);
      },
      onOffer: ({ uid }) => this.#later(worker.takeOwn(uid)),
    });
    await this.#keeper.start();
    worker.start();
  }

  #carryOut(effect: Effect, group: Group): void {
    const { bus, world } = this.#options;
    if (effect.do === "poke") {
      const { session, uid } = effect;
      if (this.#worker?.poke(session, uid, group) === true) return;
      bus.signals.publish(`ctl.${session}`, uid);
    } else if (effect.offer.at <= world.now()) {
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
