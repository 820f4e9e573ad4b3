/**
 * The settings of a worker, and what it works with.
 */
import type { Bus, Tags } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import type { JsonObject } from "../machines/json.ts";
import type { Job } from "../machines/record.ts";
import type { Driver } from "./driver.ts";
import type { OpenWorkerDesk } from "./worker-desk.ts";

/** By job type; what passes once passes again, and what fails is an error of the worker's. */
export type Accepts = Readonly<Record<string, (args: JsonObject) => boolean | Promise<boolean>>>;

export interface WorkerSettings {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  /** Jobs that run at once; parked and waiting ones do not count. */
  readonly concurrency: number;
  /** And of each of these types, within that: `{ copy: 2 }`. Default: no other limits. */
  readonly limits?: Readonly<Record<string, number>>;
  /**
   * Of each of these types it takes only the jobs whose arguments pass; the others are left to
   * other workers, each offer 10 s later. Default: it takes all.
   */
  readonly accepts?: Accepts;
  readonly leaseMs: number;
  /** `offered`: whatever is offered; `own`: only jobs that were adopted, or taken by name. */
  readonly takes: "offered" | "own";
  /** What it has, and jobs may require. Default: nothing. */
  readonly tags?: Tags;
  /** Hears of each job that it takes, and how the job stood when it was through with it. */
  readonly onHold?: (job: Job, is: "taken" | "left") => void;
  /** Hears what a job that runs here says for people. */
  readonly onOutput?: ((job: Job, chunk: Uint8Array | string) => void) | undefined;
}

export interface WorkerOptions extends WorkerSettings {
  readonly bus: Bus;
  readonly world: World;
  readonly openDesk: OpenWorkerDesk;
  readonly drivers: ReadonlyMap<string, Driver>;
  /** A hold ended in an error that is not the driver's, for instance a corrupt bus. */
  readonly onError: (error: unknown) => void;
}
