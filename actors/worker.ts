/**
 * A worker: a process that runs drivers. It takes what is offered, claims it (a new epoch, after
 * which the work item is done), and serves each hold to its end. It acts only while its session's
 * lease lives; a lost session is replaced by a new one with nothing in hand.
 */
import type { Tags, Wanted, WorkItem } from "../bus/bus.ts";
import { offerOf } from "../machines/duty.ts";
import { gidOf } from "../machines/job-id.ts";
import type { Claim, Group, Job } from "../machines/record.ts";
import { isEnded, isParked, isWorking } from "../machines/status.ts";
import { Claims, claimOf } from "./claims.ts";
import { memberOf } from "./commands.ts";
import { Hold, type Bench } from "./hold.ts";
import { Lease } from "./lease.ts";
import { isPassing } from "./patience.ts";
import { jobTypeOf } from "./registry.ts";
import { serve } from "./serve.ts";
import { Slots } from "./slots.ts";
import { workType } from "./work.ts";
import type { WorkerDesk } from "./worker-desk.ts";
import type { WorkerOptions } from "./worker-settings.ts";

/** How often the records of all holds are read again, whether or not anybody poked. */
const syncMs = 5_000;
/** And how often it is looked for own jobs that are due. */
const seekMs = 1_000;
const queueRetryMs = 1_000;

export class Worker {
  readonly #options: WorkerOptions;
  readonly #workTypes: ReadonlyMap<string, string>;
  readonly #slots: Slots;
  readonly #claims: Claims;
  readonly #holds = new Map<string, Hold>();
  readonly #own = new Set<string>();
  readonly #serving = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #lease!: Lease;
  #desk!: WorkerDesk;
  /** Aborts when nothing more is to be taken in the current session. */
  #mayTake!: AbortSignal;
  #pokes: Disposable | undefined;
  #loops: readonly Promise<void>[] = [];
  #taking: Promise<void> | undefined;

  private constructor(options: WorkerOptions) {
    this.#options = options;
    const workTypes = new Map(
      [...options.drivers].map(([type, driver]) => [type, workType(type, jobTypeOf(driver).shape)]),
    );
    this.#workTypes = workTypes;
    this.#slots = new Slots({ ...options, workTypes, busy: () => this.#busy() });
    this.#claims = new Claims({
      ...options,
      tags: this.tags,
      workTypes,
      rest: (type) => this.#slots.rest(type),
      hold: (job) => this.#hold(job),
      look: (hold) => this.#look(hold),
    });
  }

  /** Begins a session; `start` begins to take what is offered. */
  static async open(options: WorkerOptions): Promise<Worker> {
    const worker = new Worker(options);
    await worker.#openSession();
    return worker;
  }

  start(): void {
    const { takes, drivers } = this.#options;
    if (takes === "offered" && drivers.size > 0) this.#taking = this.#take();
    this.#loops = [this.#renewSessions(), this.#sync()];
  }

  /** What jobs that it takes may require. */
  get tags(): Tags {
    return this.#options.tags ?? {};
  }

  /** Who a job is claimed by when it is claimed now. */
  get claim(): Claim {
    return claimOf(this.#lease);
  }

  /**
   * Serves the jobs of a group that this session has claimed by creating them. `group` is as it
   * stands now: a creation that is asked for again is no second run.
   */
  adopt(group: Group): void {
    for (const job of group.jobs) {
      if (isEnded(job.status)) continue;
      this.#own.add(job.uid);
      if (this.#holds.has(job.uid) || this.#hold(job) !== undefined) continue;
      void this.#seekOwn(job.uid);
    }
  }

  /** Takes an own job that is offered (again): held and started, or due for its next attempt. */
  async takeOwn(uid: string): Promise<void> {
    if (this.#stop.signal.aborted || this.#holds.has(uid)) return;
    if (this.#own.has(uid)) await this.#claim(uid);
  }

  /** Tells a hold of this process what the log has made of its job. */
  poke(session: string, uid: string, group: Group): boolean {
    if (session !== this.claim.session) return false;
    const job = memberOf(group, uid);
    const hold = this.#holds.get(uid);
    if (hold !== undefined && job !== undefined) hold.refresh(job);
    else if (job !== undefined) this.#claims.hear(uid, job);
    return true;
  }

  /**
   * Takes nothing more and gives every job back at its next pause point, so that it goes on
   * elsewhere. Resolves when all are given back, or after `graceMs`, with how many were not.
   */
  async drain(graceMs: number): Promise<number> {
    this.#stopTaking();
    for (const hold of this.#holds.values()) hold.release();
    const grace = new AbortController();
    const released = this.#untilServed().finally(() => grace.abort());
    await Promise.race([released, this.#options.world.sleep(graceMs, grace.signal)]);
    return this.#serving.size;
  }

  /** Waits for all that is held, and for what is being claimed at this moment. */
  async #untilServed(): Promise<void> {
    await this.#taking;
    while (this.#serving.size > 0) await Promise.all(this.#serving);
  }

  /** Ends the session. What is still held is another worker's from here on. */
  async close(): Promise<void> {
    this.#stopTaking();
    this.#pokes?.[Symbol.dispose]();
    await this.#lease[Symbol.asyncDispose]();
    await Promise.all([...this.#loops, this.#taking]);
  }

  async #openSession(): Promise<void> {
    const { bus, world, name, host, pid, concurrency, leaseMs, drivers, takes } = this.#options;
    const types = takes === "offered" ? [...drivers.keys()] : [];
    const { accepts = {}, tags = {} } = this.#options;
    const who = { session: world.id(), worker: name, host, pid };
    const info = { ...who, types, picks: Object.keys(accepts), concurrency, tags };
    const lease = await Lease.open(bus.values, world, info, leaseMs);
    try {
      this.#desk = await this.#options.openDesk(info, () => lease.end());
    } catch (error) {
      await lease[Symbol.asyncDispose]();
      throw error;
    }
    this.#lease = lease;
    this.#mayTake = AbortSignal.any([this.#stop.signal, lease.ended]);
    this.#slots.note();
    this.#pokes?.[Symbol.dispose]();
    this.#pokes = bus.signals.subscribe(`ctl.${info.session}`, (_subject, uid) => {
      const hold = this.#holds.get(uid);
      if (hold !== undefined) void this.#look(hold);
      else this.#claims.hear(uid, "look");
    });
  }

  /** A session that lost its lease holds nothing any more; the next one starts afresh. */
  async #renewSessions(): Promise<void> {
    for (;;) {
      await aborted(this.#lease.ended);
      for (const hold of this.#holds.values()) hold.lose();
      if (this.#stop.signal.aborted) return;
      try {
        await this.#openSession();
        if (this.#stop.signal.aborted) await this.#lease[Symbol.asyncDispose]();
      } catch (error) {
        this.#noteError(error);
        await this.#options.world.sleep(queueRetryMs, this.#stop.signal);
      }
    }
  }

  async #sync(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const restMs = this.#own.size > this.#holds.size ? seekMs : syncMs;
      await this.#options.world.sleep(restMs, this.#stop.signal);
      for (const { meter } of this.#holds.values()) meter.remind();
      await Promise.all([...this.#holds.values()].map((hold) => this.#look(hold)));
      await Promise.all([...this.#own].map((uid) => this.#seekOwn(uid)));
    }
  }

  /** Takes an own job that is due again, where no keeper of this process says so. */
  async #seekOwn(uid: string): Promise<void> {
    if (this.#holds.has(uid)) return;
    try {
      const job = memberOf(await this.#desk.commands.look(gidOf(uid), uid), uid);
      const offer = job && offerOf(job);
      if (offer !== undefined && offer.at <= this.#options.world.now()) await this.takeOwn(uid);
      if (job !== undefined && isEnded(job.status)) this.#own.delete(uid);
    } catch (error) {
      this.#noteError(error);
    }
  }

  async #look(hold: Hold): Promise<void> {
    try {
      await hold.look();
    } catch (error) {
      this.#noteError(error);
    }
  }

  /** What passes is tried again by whoever met it; the rest somebody should hear of. */
  #noteError(error: unknown): void {
    if (!isPassing(error)) this.#options.onError(error);
  }

  async #take(): Promise<void> {
    const { bus, world, host, tags = {} } = this.#options;
    // One object for as long as it says the same: queues remember places by it.
    let wanted: Wanted = { types: [], host, tags };
    while (!this.#stop.signal.aborted) {
      try {
        const types = this.#lease.isAlive() ? this.#slots.free() : [];
        if (types.length === 0) await this.#slots.changed();
        else {
          if (types.join(" ") !== wanted.types.join(" ")) wanted = { types, host, tags };
          const item = await bus.queue.take(wanted, this.#slots.while(types, this.#mayTake));
          if (item !== undefined) void this.#claim(item);
        }
      } catch (error) {
        this.#noteError(error);
        await world.sleep(queueRetryMs, this.#stop.signal);
      }
    }
    while (this.#claims.underWay.size > 0) await this.#slots.changed();
  }

  #busy(): readonly string[] {
    const working = [...this.#holds.values()].filter(
      ({ job }) => isWorking(job.status) && !isParked(job.status),
    );
    const claims = [...this.#claims.underWay].filter(([uid]) => !this.#holds.has(uid));
    const types = working.map(({ job }) => this.#workTypes.get(job.type) ?? "");
    return [...types, ...claims.map(([, type]) => type)];
  }

  /** Of what the queue gave out its item, of its own jobs the uid. */
  async #claim(what: WorkItem | string): Promise<void> {
    const session = { lease: this.#lease, desk: this.#desk };
    try {
      if (typeof what === "string") await this.#claims.claim(what, session);
      else await this.#claims.claimOffered(what, session);
    } catch (error) {
      this.#noteError(error);
    }
    this.#slots.note();
  }

  #hold(job: Job): Hold | undefined {
    const { bus, world, drivers, onError, onHold, onOutput } = this.#options;
    if (job.claim?.session !== this.claim.session) return undefined;
    const driver = drivers.get(job.type);
    if (driver === undefined) throw new Error(`no driver for the claimed job ${job.uid}`);
    const lease = this.#lease;
    const bench: Bench = { bus, world, desk: this.#desk, lease, onError, onOutput };
    const hold = new Hold(bench, job, () => this.#slots.note());
    this.#holds.set(job.uid, hold);
    onHold?.(job, "taken");
    if (this.#stop.signal.aborted) hold.release();
    const serving = serve(hold, driver)
      .catch((error: unknown) => {
        if (!hold.isMine()) return;
        onError(error);
        // Nobody serves the claim any more: the job is offered again when its session is over.
        lease.end();
      })
      .finally(() => {
        if (this.#holds.get(job.uid) === hold) this.#holds.delete(job.uid);
        if (isEnded(hold.job.status)) this.#own.delete(job.uid);
        this.#serving.delete(serving);
        onHold?.(hold.job, "left");
        this.#slots.note();
      });
    this.#serving.add(serving);
    return hold;
  }

  #stopTaking(): void {
    this.#stop.abort();
    this.#slots.note();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
