/**
 * The front door: actors and projections over one bus. Open a system, create jobs, ask verbs of
 * them, follow and query them.
 *
 * @example
 * await using jobs = await openJobSystem({ bus: "file:jobs.db", drivers: [copy], worker: true });
 * await jobs.create({ type: "copy", id: "nightly", args: { from: "/etc", to: "/backup/etc" } });
 * await jobs.ask("pause", "nightly", { note: "disk is busy" });
 * await jobs.ask("resume", "nightly");
 * console.log((await jobs.settled("nightly"))?.outcome); // success
 */
import { hostname, userInfo } from "node:os";
import { resolve } from "node:path";
import { isRefusal, memberOf, type Reply } from "./actors/commands.ts";
import { draftGroup, type GroupSpec } from "./actors/drafting.ts";
import type { Driver } from "./actors/driver.ts";
import { whyMisasked, type JobSpec } from "./actors/job-spec.ts";
import { Lease, type SessionInfo } from "./actors/lease.ts";
import type { Inspect } from "./actors/live.ts";
import { jobTypeOf, whyMisfit, type JobType } from "./actors/registry.ts";
import { System } from "./actors/system.ts";
import { Tail } from "./actors/tail.ts";
import type { WorkerSettings } from "./actors/worker.ts";
import type { Bus } from "./bus/bus.ts";
import { openBus } from "./bus/open-bus.ts";
import { realWorld, type World } from "./bus/world.ts";
import type { Asked, VerbInput } from "./machines/input.ts";
import { gidOf, isUid } from "./machines/job-id.ts";
import type { JsonObject } from "./machines/json.ts";
import { jobNotFound, refusal, type Refusal } from "./machines/refusal.ts";
import { isEnded, isVerb, type Verb } from "./machines/status.ts";
import type { Moment } from "./projections/as-of.ts";
import { followHistory, historyOf, type HistoryEvent } from "./projections/history.ts";
import { beside, type JobInfo } from "./projections/job-info.ts";
import { jobsView, type JobFilter, type JobsView } from "./projections/jobs.ts";

export { isRefusal, type Accepted, type Reply } from "./actors/commands.ts";
export type { GroupSpec } from "./actors/drafting.ts";
export { Cancelled, Retryable, type Driver, type RunningJob, type Step } from "./actors/driver.ts";
export type { JobSpec } from "./actors/job-spec.ts";

export interface SystemSettings {
  /** `file:PATH`, `memory:`, or a bus that is open already (and is not closed with the system). */
  readonly bus: string | Bus;
  /** Whether a file that is not there is made. Default true. */
  readonly create?: boolean;
  readonly drivers?: readonly Driver[];
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
  /** Sees every live group and job as an XState actor. */
  readonly inspect?: Inspect;
  readonly world?: World;
  /** Hears of what went wrong in the background. Default: a warning of the process. */
  readonly onError?: (error: unknown) => void;
}

/** What may be said with any request. */
export interface Asking {
  /**
   * The same id again is the same request again; a verb must then name the job by its uid, for an
   * id may be another job's by then. Default: a fresh one.
   */
  readonly commandId?: string;
  readonly note?: string;
}

export interface Creating extends Asking {
  /** Claims the jobs for this process's worker in the commit that creates them. */
  readonly run?: boolean;
}

/** What a verb takes beside a job. */
export interface VerbOptions extends Asking {
  /** cancel: a ready job ends successfully, without switching over. */
  readonly soft?: boolean;
  /** set-speed: units a second, 0 = unlimited. */
  readonly speed?: number;
  /** change: what to change. */
  readonly change?: JsonObject;
}

const leaseMs = 10_000;
const never = new AbortController().signal;

/** Opens a system over a bus. Fails with BusError when the bus cannot be opened. */
export async function openJobSystem(settings: SystemSettings): Promise<JobSystem> {
  const world = settings.world ?? realWorld;
  const given = settings.bus;
  const create = settings.create ?? true;
  const bus = typeof given === "string" ? await openBus(given, { world, create }) : given;
  const system = await System.open({
    bus,
    world,
    drivers: settings.drivers ?? [],
    ...workerOf(settings.worker),
    groupsMax: settings.groupsMax ?? 10_000,
    ...(settings.inspect === undefined ? {} : { inspect: settings.inspect }),
    onError: settings.onError ?? warn,
  });
  return new JobSystem(settings, system, { bus, world, isOwnBus: bus !== given });
}

/** Takes a driver as it is: for its types, and to have it checked where it is written. */
export function defineJob<Args extends JsonObject>(driver: Driver<Args>): Driver<Args> {
  jobTypeOf(driver);
  return driver;
}

export class JobSystem implements AsyncDisposable {
  /** The jobs, groups and statistics, now or as of a moment. */
  readonly view: JobsView;
  readonly bus: Bus;
  readonly #system: System;
  readonly #tail: Tail;
  readonly #world: World;
  readonly #by: string;
  readonly #cwd: string;
  readonly #isOwnBus: boolean;

  /** Use `openJobSystem`. */
  constructor(
    { by = identity(), cwd = process.cwd() }: SystemSettings,
    system: System,
    opened: { readonly bus: Bus; readonly world: World; readonly isOwnBus: boolean },
  ) {
    this.bus = opened.bus;
    this.#world = opened.world;
    this.#isOwnBus = opened.isOwnBus;
    this.#system = system;
    this.#tail = new Tail(opened.bus.log);
    this.#by = by;
    this.#cwd = cwd;
    this.view = jobsView(opened.bus, opened.world);
  }

  /** Creates one job. The reply is a refusal, or the group of one that it now is. */
  async create(spec: JobSpec, options: Creating = {}): Promise<Reply> {
    return this.transaction({ jobs: [spec] }, options);
  }

  /** Creates 1 to 256 jobs in one commit, all or none. */
  async transaction(group: GroupSpec, options: Creating = {}): Promise<Reply> {
    const misasked = whyMisasked(options, "create");
    if (misasked !== undefined) return misasked;
    const { worker, registry, desk } = this.#system;
    if (options.run === true && worker === undefined) {
      throw new Error("run: true needs a worker: open the system with one");
    }
    const input = await draftGroup(group, {
      asked: this.#asked(options),
      claim: options.run === true ? worker?.claim : undefined,
      find: (type) => registry.find(type),
      absolute: (path) => resolve(this.#cwd, path),
    });
    if ("refused" in input) return input;
    const reply = await desk.ask(input);
    if (options.run === true && !isRefusal(reply)) worker?.adopt(await desk.look(reply.gid));
    return reply;
  }

  /** Asks a verb of the job with this id or uid. */
  async ask(verb: Verb, idOrUid: string, options: VerbOptions = {}): Promise<Reply> {
    if (!isVerb(verb)) return refusal(`Unknown verb '${String(verb)}'`, "verb", String(verb));
    const misasked = whyMisasked(options, verb, idOrUid);
    if (misasked !== undefined) return misasked;
    const uid = await this.uidOf(idOrUid);
    if (uid === undefined) return refusal(jobNotFound, "exists", verb);
    const { soft = false, speed = 0, change = {} } = options;
    const misfit = verb === "change" ? await this.#whyNotChange(uid, change) : undefined;
    if (misfit !== undefined) return misfit;
    const said: Record<string, object> = {
      cancel: { soft },
      "set-speed": { speed },
      change: { change },
    };
    const input = { verb, uid, ...said[verb], ...this.#asked(options) };
    return this.#system.desk.ask(input as Asked & VerbInput);
  }

  /** The uid that an id stands for: of its current job, else of the last that had it. */
  async uidOf(idOrUid: string): Promise<string | undefined> {
    return isUid(idOrUid) ? idOrUid : this.#system.desk.names.uidOf(idOrUid);
  }

  /** The jobs, newest first; `at`: as they were at a moment. */
  async queryJobs(filter: JobFilter & { readonly at?: Moment } = {}): Promise<readonly JobInfo[]> {
    if (filter.at !== undefined) return (await this.view.asOf(filter.at)).jobs(filter);
    return beside(await this.view.jobs(filter), await this.workers());
  }

  /** One job, dismissed or not; undefined when there never was one. */
  async job(idOrUid: string): Promise<JobInfo | undefined> {
    const uid = await this.uidOf(idOrUid);
    const info = uid === undefined ? undefined : await this.view.byUid(uid);
    return info && beside([info], await this.workers())[0];
  }

  /** What happened to a job, in log order; also after it was dismissed. */
  async *history(idOrUid: string): AsyncGenerator<HistoryEvent> {
    const uid = await this.uidOf(idOrUid);
    if (uid !== undefined) yield* historyOf(this.bus, uid);
  }

  /**
   * Every event from now on, or after a position, in log order, until `signal` aborts; with
   * `job`, only those that concern it (none, if there never was one).
   */
  async *watch(
    options: { readonly after?: number; readonly job?: string; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<HistoryEvent> {
    const after = options.after ?? (await this.bus.log.head());
    const of = options.job === undefined ? undefined : await this.uidOf(options.job);
    if (options.job !== undefined && of === undefined) return;
    yield* followHistory(this.bus, after, { of, signal: options.signal ?? never });
  }

  /** Waits until the job has ended, and says how; undefined when there never was one. */
  async settled(idOrUid: string): Promise<JobInfo | undefined> {
    const uid = await this.uidOf(idOrUid);
    if (uid === undefined) return undefined;
    for (;;) {
      await this.#tail.open();
      using next = this.#tail.next(gidOf(uid));
      const job = memberOf(await this.#system.desk.look(gidOf(uid)), uid);
      if (job === undefined || isEnded(job.status)) return this.view.byUid(uid);
      await next.moved;
    }
  }

  /** The job types that workers have declared. */
  async types(): Promise<readonly JobType[]> {
    return this.#system.registry.all();
  }

  /** The sessions of workers that are alive. */
  async workers(): Promise<readonly SessionInfo[]> {
    return Lease.live(this.bus.values);
  }

  /** How many groups this process has in memory, and how many live jobs. */
  get inHand(): { readonly groups: number; readonly jobs: number } {
    return this.#system.desk.groups.size;
  }

  /**
   * Takes no more jobs and gives those in hand back at their next pause point, so that they go on
   * elsewhere. Resolves with how many were not given back within `graceMs`.
   */
  async drain(graceMs = 10_000): Promise<number> {
    return (await this.#system.worker?.drain(graceMs)) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tail[Symbol.asyncDispose]();
    await this.#system[Symbol.asyncDispose]();
    if (this.#isOwnBus) await this.bus[Symbol.asyncDispose]();
  }

  #asked({ commandId = this.#world.id(), note }: Asking): Asked {
    const asked = { id: commandId, by: this.#by, at: this.#world.now() };
    return note === undefined ? asked : { ...asked, note };
  }

  async #whyNotChange(uid: string, change: JsonObject): Promise<Refusal | undefined> {
    const job = memberOf(await this.#system.desk.look(gidOf(uid)), uid);
    const jobType = job && (await this.#system.registry.find(job.type));
    return jobType?.change ? whyMisfit(jobType.change, change, "change") : undefined;
  }
}

function workerOf(worker: SystemSettings["worker"]): { readonly worker?: WorkerSettings } {
  if (worker === undefined || worker === false) return {};
  const host = hostname();
  const settings = { name: host, host, pid: process.pid, concurrency: 4, leaseMs } as const;
  return { worker: { ...settings, takes: "offered", ...(worker === true ? {} : worker) } };
}

function identity(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}@${hostname()}`;
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
