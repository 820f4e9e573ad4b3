/**
 * A stage: real systems over one memory bus, for one job, in a world that runs a hundred times
 * faster. What a worker's driver is given can be intercepted, so that things happen to the job at
 * places of its run and not at times.
 */
import type { Driver, JsonObject, RunningJob } from "../../actors/driver.ts";
import type { Bus } from "../../bus/bus.ts";
import { FastWorld } from "../../bus/contract/fast-world.ts";
import { openMemoryBus } from "../../bus/memory.ts";
import { isRefusal, openJobSystem, type JobSystem } from "../../jobchart.ts";
import type { Status } from "../../machines/status.ts";
import type { JobInfo } from "../../projections/job-info.ts";
import { ContractError } from "./contract-error.ts";

const id = "on-stage";
/** Long in this world: a busy machine is not to lose workers that it does not mean to lose. */
const leaseMs = 600_000;

export class Stage implements AsyncDisposable {
  readonly #world = new FastWorld();
  readonly #bus: Bus = openMemoryBus({ world: this.#world });
  readonly #systems: JobSystem[] = [];
  readonly #type: string;
  readonly #args: JsonObject;

  constructor(type: string, args: JsonObject) {
    this.#type = type;
    this.#args = args;
  }

  /** Opens a system with a worker of these drivers. A job that becomes ready is completed. */
  async open(...drivers: readonly Driver[]): Promise<JobSystem> {
    const system = await openJobSystem({
      bus: this.#bus,
      world: this.#world,
      drivers: drivers.map((driver) => this.#completed(driver)),
      worker: { leaseMs },
    });
    this.#systems.push(system);
    return system;
  }

  /** Ends the process of a system, as far as others can see: its session is over. */
  async kill(system: JobSystem): Promise<void> {
    this.#systems.splice(this.#systems.indexOf(system), 1);
    await system[Symbol.asyncDispose]();
  }

  /** Creates the job; with others, in a group that finishes together. */
  async create(...others: readonly string[]): Promise<void> {
    const mine = { type: this.#type, id, args: this.#args };
    const jobs = [mine, ...others.map((type) => ({ type }))];
    const reply = await this.#any.transaction({ completion: "grouped", jobs });
    if (isRefusal(reply)) throw new ContractError(`the creation was refused: ${reply.refused}`);
  }

  async ask(verb: "pause" | "resume" | "cancel"): Promise<void> {
    const reply = await this.#any.ask(verb, id);
    if (isRefusal(reply)) throw new ContractError(`${verb} was refused: ${reply.refused}`);
  }

  /** Waits until the job has one of the statuses; false when it ended without. */
  async reaches(...statuses: readonly Status[]): Promise<boolean> {
    for await (const { to } of this.#any.watch({ after: 0, job: id })) {
      if (to !== undefined && statuses.includes(to)) return true;
      if (to === "concluded") break;
    }
    return false;
  }

  /** Waits for something that the driver is to come to before the job ends. */
  async comesTo(what: string, happened: Promise<void>): Promise<void> {
    const isEnded = await Promise.race([happened.then(() => false), this.reaches("concluded")]);
    if (!isEnded) return;
    const info = await this.#any.job(id);
    throw new ContractError(
      `the job ended as ${info?.outcome} before ${what}: ${info?.error ?? "no error"}`,
    );
  }

  /** Waits until the job has ended, as wanted; none of its steps may fail. */
  async settled(outcome: "success" | "cancelled"): Promise<JobInfo> {
    for await (const { to, set, cause } of this.#any.watch({ after: 0, job: id })) {
      if (cause.verb === "step-failed" && set?.stuck) {
        throw new ContractError(`${set.stuck.step} threw: ${set.stuck.error}`);
      }
      if (to === "concluded") break;
    }
    const info = await this.#any.job(id);
    if (info?.outcome === outcome) return info;
    const why = info?.error === undefined ? "" : `: ${info.error}`;
    throw new ContractError(`the job's outcome is ${info?.outcome}, expected ${outcome}${why}`);
  }

  get #any(): JobSystem {
    const system = this.#systems.at(-1);
    if (system === undefined) throw new Error("the stage is empty: open a system first");
    return system;
  }

  #completed(driver: Driver): Driver {
    return aroundPoints(driver, async (name, pass) => {
      const passed = await pass();
      if (name === "becomeReady") await this.#any.ask("complete", id);
      return passed;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const system of this.#systems.splice(0)) await system[Symbol.asyncDispose]();
    await this.#bus[Symbol.asyncDispose]();
  }
}

/** The driver, with some of its parts replaced; the others keep their `this`. */
export function altered(driver: Driver, over: Partial<Driver>): Driver {
  return new Proxy(driver, {
    get: (target, name) => {
      const source = Object.hasOwn(over, name) ? over : target;
      const part: unknown = Reflect.get(source, name, source);
      return typeof part === "function" ? (part.bind(source) as unknown) : part;
    },
  });
}

/** The driver, whose run does `act` before its pause point number `point`, once. */
export function atPoint(driver: Driver, point: number, act: () => Promise<void>): Driver {
  let points = 0;
  return aroundPoints(driver, async (_name, pass) => {
    points += 1;
    if (points === point) await act();
    return pass();
  });
}

const points = new Set(["pausePoint", "charge", "sleep", "becomeReady"]);

/** The driver, whose run is held up around each of its pause points, which `name` says. */
function aroundPoints(
  driver: Driver,
  around: (name: string, pass: () => Promise<unknown>) => Promise<unknown>,
): Driver {
  const watched = (job: RunningJob): RunningJob =>
    new Proxy(job, {
      get: (target, name) => {
        const part: unknown = Reflect.get(target, name, target);
        if (typeof part !== "function") return part;
        const method = part.bind(target) as (...given: readonly unknown[]) => Promise<unknown>;
        if (typeof name !== "string" || !points.has(name)) return method;
        return (...given: readonly unknown[]) => around(name, async () => method(...given));
      },
    });
  return altered(driver, { run: (job) => driver.run(watched(job)) });
}
