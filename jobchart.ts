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
import { resolve } from "node:path";
import { isRefusal, memberOf, type Reply } from "./actors/commands.ts";
import { withAbsolutePaths, type GroupSpec } from "./actors/drafting.ts";
import type { Driver } from "./actors/driver.ts";
import { whyMalformed, whyMalformedGroup, whyMisasked, type JobSpec } from "./actors/job-spec.ts";
import type { SessionInfo } from "./actors/lease.ts";
import type { Output } from "./actors/outputs.ts";
import type { Pruned } from "./actors/pruner.ts";
import { jobTypeOf, type JobType } from "./actors/registry.ts";
import { Tail } from "./actors/tail.ts";
import { tracedBy } from "./actors/traceparent.ts";
import { whyUnfit } from "./actors/unfit.ts";
import type { Bus } from "./bus/bus.ts";
import { realWorld, type World } from "./bus/world.ts";
import type { Asked, VerbInput } from "./machines/input.ts";
import { gidOf, isUid } from "./machines/job-id.ts";
import type { JsonObject } from "./machines/json.ts";
import { jobNotFound, refusal } from "./machines/refusal.ts";
import { isEnded, isVerb, type Verb } from "./machines/status.ts";
import type { Moment } from "./projections/as-of.ts";
import { eventsOf, type EventsQuery } from "./projections/events.ts";
import { followHistory, historyOf, type HistoryEvent } from "./projections/history.ts";
import { beside, type JobInfo } from "./projections/job-info.ts";
import type { StatusEvent } from "./projections/status-event.ts";
import type { JobFilter, View } from "./projections/view.ts";
import type { Office } from "./wire/office.ts";
import { pruneAll, type Pruning } from "./wire/prune-all.ts";
import type { Premises } from "./wire/premises.ts";
import { identity, openBusOf, openPremises, type SystemSettings } from "./wire/system-settings.ts";

export { isRefusal, type Accepted, type Reply } from "./actors/commands.ts";
export type { GroupSpec } from "./actors/drafting.ts";
export { Cancelled, Retryable, type Driver, type RunningJob, type Step } from "./actors/driver.ts";
export type { JobSpec } from "./actors/job-spec.ts";
export type { Output } from "./actors/outputs.ts";
export type { Refusal } from "./machines/refusal.ts";
export type { Status, Verb } from "./machines/status.ts";
export type { HistoryEvent } from "./projections/history.ts";
export type { JobInfo } from "./projections/job-info.ts";
export type { StatusEvent } from "./projections/status-event.ts";
export type { SystemSettings } from "./wire/system-settings.ts";

/** What may be said with any request. */
export interface Asking {
  /**
   * The same id again is the same request again; a verb must then name the job by its uid, for an
   * id may be another job's by then. Default: a fresh one.
   */
  readonly commandId?: string;
  readonly note?: string;
  /** The trace that it is part of, as W3C Trace Context writes it; a malformed one is ignored. */
  readonly traceparent?: string;
}

export interface Creating extends Asking {
  /** Claims the jobs for this process's worker in the commit that creates them. */
  readonly run?: boolean;
}

/** What a verb takes beside a job. */
export interface VerbOptions extends Asking {
  /** cancel: a ready job ends successfully, without switching over, where its type supports that. */
  readonly soft?: boolean;
  /** set-speed: units a second, 0 = unlimited. */
  readonly speed?: number;
  /** change: what to change. */
  readonly change?: JsonObject;
}

const never = new AbortController().signal;

/** Opens a system over a bus. Fails with BusError when the bus cannot be opened. */
export async function openJobSystem(settings: SystemSettings): Promise<JobSystem> {
  const world = settings.world ?? realWorld;
  const bus = await openBusOf(settings, world);
  const isOwnBus = bus !== settings.bus;
  try {
    const premises = await openPremises(settings, bus, world);
    return new JobSystem(settings, premises, { bus, world, isOwnBus });
  } catch (error) {
    if (isOwnBus) await bus[Symbol.asyncDispose]();
    throw error;
  }
}

/** Takes a driver as it is: for its types, and to have it checked where it is written. */
export function defineJob<Args extends JsonObject>(driver: Driver<Args>): Driver<Args> {
  jobTypeOf(driver);
  return driver;
}

export class JobSystem implements AsyncDisposable {
  /** The jobs, groups and statistics, now or as of a moment. */
  readonly view: View;
  readonly bus: Bus;
  readonly #premises: Premises;
  readonly #types = new Map<string, JobType>();
  readonly #tail: Tail;
  readonly #world: World;
  readonly #by: string;
  readonly #cwd: string;
  readonly #isOwnBus: boolean;

  /** Use `openJobSystem`. */
  constructor(
    { by = identity(), cwd = process.cwd() }: SystemSettings,
    premises: Premises,
    opened: { readonly bus: Bus; readonly world: World; readonly isOwnBus: boolean },
  ) {
    this.bus = opened.bus;
    this.#world = opened.world;
    this.#isOwnBus = opened.isOwnBus;
    this.#premises = premises;
    this.#tail = new Tail(opened.bus.log);
    this.#by = by;
    this.#cwd = cwd;
    this.view = premises.office.view;
  }

  /** Creates one job. The reply is a refusal, or the group of one that it now is. */
  async create(spec: JobSpec, options: Creating = {}): Promise<Reply> {
    return this.transaction({ jobs: [spec] }, options);
  }

  /** Creates 1 to 256 jobs in one commit, all or none. */
  async transaction(group: GroupSpec, options: Creating = {}): Promise<Reply> {
    const wrong = whyMisasked(options, "create") ?? whyMalformedGroup(group);
    if (wrong !== undefined) return wrong;
    const { worker, office } = this.#premises;
    if (options.run === true && worker === undefined) {
      throw new Error("run: true needs a worker: open the system with one");
    }
    const unfit = options.run === true ? whyUnfit(group, worker?.tags ?? {}) : undefined;
    if (unfit !== undefined) return unfit;
    const jobs = await Promise.all(group.jobs.map((spec) => this.#withAbsolutePaths(spec)));
    const claim = options.run === true ? worker?.claim : undefined;
    const reply = await office.create({ ...group, jobs }, this.#asked(options), claim);
    if (claim !== undefined && !isRefusal(reply)) worker?.adopt(await office.look(reply.gid));
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
    const said: Record<string, object> = {
      cancel: { soft },
      "set-speed": { speed },
      change: { change },
    };
    const input = { verb, uid, ...said[verb], ...this.#asked(options) };
    return this.#office.ask(input as Asked & VerbInput);
  }

  /** The uid that an id stands for: of its current job, else of the last that had it. */
  async uidOf(idOrUid: string): Promise<string | undefined> {
    return isUid(idOrUid) ? idOrUid : this.#office.uidOf(idOrUid);
  }

  /** The jobs, newest first; `at`: as they were at a moment. */
  async queryJobs(filter: JobFilter & { readonly at?: Moment } = {}): Promise<readonly JobInfo[]> {
    if (filter.at !== undefined) return (await this.view.asOf(filter.at)).jobs(filter);
    return beside(await this.view.jobs(filter), await this.workers());
  }

  /** One job, dismissed or not; undefined when there never was one, or it was pruned. */
  async job(idOrUid: string): Promise<JobInfo | undefined> {
    const uid = await this.uidOf(idOrUid);
    const info = uid === undefined ? undefined : await this.view.byUid(uid);
    return info && beside([info], await this.workers())[0];
  }

  /**
   * The end of what a job has said for people, its bytes in base64; undefined when it has said
   * nothing, or too long ago.
   */
  async output(idOrUid: string): Promise<Output | undefined> {
    const uid = await this.uidOf(idOrUid);
    return uid === undefined ? undefined : this.#office.output(uid);
  }

  /** What happened to a job, in log order; also after it was dismissed. Of a pruned one, that it was. */
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

  /** The status changes of all jobs, or of those that are asked for; in a fleet from its feed. */
  events(query: EventsQuery = {}): AsyncGenerator<StatusEvent> {
    const { requests: _none, ...alone } = this.bus;
    return eventsOf(this.#premises.hasFeed ? this.bus : alone, this.#world, query);
  }

  /**
   * Leaves of each group whose jobs had all ended, and were dismissed, by that time (milliseconds
   * since 1970) a summary in its history's place, for good.
   */
  async prune(pruning: Pruning): Promise<Pruned> {
    return pruneAll(this.#office, { ...pruning, by: this.#by });
  }

  /** Makes the types of these drivers known, so that a job may be created before any worker was. */
  async declare(drivers: readonly Driver[]): Promise<void> {
    await this.#office.declare(drivers.map(jobTypeOf));
  }

  /** Waits until the job has ended, and says how; undefined when there never was one. */
  async settled(idOrUid: string): Promise<JobInfo | undefined> {
    const uid = await this.uidOf(idOrUid);
    if (uid === undefined) return undefined;
    for (;;) {
      await this.#tail.open();
      using next = this.#tail.next(gidOf(uid));
      const job = memberOf(await this.#office.look(gidOf(uid), uid), uid);
      if (job === undefined || isEnded(job.status)) return this.view.byUid(uid);
      await next.moved;
    }
  }

  /** The job types that workers have declared. */
  async types(): Promise<readonly JobType[]> {
    return this.#office.jobTypes();
  }

  /** The sessions of workers that are alive. */
  async workers(): Promise<readonly SessionInfo[]> {
    return this.#office.sessions();
  }

  /** How many groups this process has in memory, and how many live jobs. */
  get inHand(): { readonly groups: number; readonly jobs: number } {
    return this.#premises.inHand;
  }

  /**
   * Takes no more jobs and gives those in hand back at their next pause point, so that they go on
   * elsewhere. Resolves with how many were not given back within `graceMs`.
   */
  async drain(graceMs = 10_000): Promise<number> {
    return (await this.#premises.worker?.drain(graceMs)) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tail[Symbol.asyncDispose]();
    await this.#premises[Symbol.asyncDispose]();
    if (this.#isOwnBus) await this.bus[Symbol.asyncDispose]();
  }

  #asked({ commandId = this.#world.id(), note, traceparent }: Asking): Asked {
    const asked = { id: commandId, by: this.#by, at: this.#world.now(), ...tracedBy(traceparent) };
    return note === undefined ? asked : { ...asked, note };
  }

  get #office(): Office {
    return this.#premises.office;
  }

  /** Paths in arguments are relative to where the client stands; a node stands elsewhere. */
  async #withAbsolutePaths(spec: JobSpec): Promise<JobSpec> {
    if (whyMalformed(spec) !== undefined || spec.args === undefined) return spec;
    const jobType = this.#types.get(spec.type) ?? (await this.#typeOf(spec.type));
    if (jobType === undefined) return spec;
    const args = withAbsolutePaths(jobType, spec.args, (path) => resolve(this.#cwd, path));
    return { ...spec, args };
  }

  async #typeOf(type: string): Promise<JobType | undefined> {
    for (const each of await this.types()) this.#types.set(each.type, each);
    return this.#types.get(type);
  }
}
