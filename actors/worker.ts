/**
 * A worker: a process that runs drivers. It takes what is offered, claims it (a new epoch, after
 * which the work item is done), and serves each hold to its end. It acts only while its session's
 * lease lives; a lost session is replaced by a new one with nothing in hand.
 */
import type { Bus } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import { offerOf } from "../machines/duty.ts";
import { gidOf } from "../machines/job-id.ts";
import type { Claim, Group, Job } from "../machines/record.ts";
import { isEnded, isParked, isWorking } from "../machines/status.ts";
import { isRefusal, memberOf, type Commands } from "./commands.ts";
import { Cursors } from "./cursors.ts";
import type { Driver } from "./driver.ts";
import { Hold, type Bench } from "./hold.ts";
import { Lease } from "./lease.ts";
import { isPassing, patiently } from "./patience.ts";
import { jobTypeOf } from "./registry.ts";
import { serve } from "./serve.ts";
import { workType } from "./work.ts";

export interface WorkerSettings {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  /** Jobs that run at once; parked and waiting ones do not count. */
  readonly concurrency: number;
  readonly leaseMs: number;
  /** `offered`: whatever is offered; `own`: only jobs that were adopted, or taken by name. */
  readonly takes: "offered" | "own";
}

export interface WorkerOptions extends WorkerSettings {
  readonly bus: Bus;
  readonly world: World;
  readonly commands: Commands;
  readonly drivers: ReadonlyMap<string, Driver>;
  /** A hold ended in an error that is not the driver's, for instance a corrupt bus. */
  readonly onError: (error: unknown) => void;
}

/** How often the records of all holds are read again, whether or not anybody poked. */
const syncMs = 5_000;
const queueRetryMs = 1_000;

export class Worker {
  readonly #options: WorkerOptions;
  readonly #cursors: Cursors;
  readonly #workTypes: ReadonlyMap<string, string>;
  readonly #holds = new Map<string, Hold>();
  readonly #own = new Set<string>();
  /** What is being claimed, and what was heard of it before there is a hold to tell. */
  readonly #claiming = new Map<string, Job | "look" | undefined>();
  readonly #serving = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #slot = Promise.withResolvers<void>();
  #lease!: Lease;
  #pokes: Disposable | undefined;
  #loops: readonly Promise<void>[] = [];
  #taking: Promise<void> | undefined;

  private constructor(options: WorkerOptions) {
    this.#options = options;
    this.#cursors = new Cursors(options.bus.values);
    this.#workTypes = new Map(
      [...options.drivers].map(([type, driver]) => [type, workType(type, jobTypeOf(driver).shape)]),
    );
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

  /** Who a job is claimed by when it is claimed now. */
  get claim(): Claim {
    const { session, worker, host } = this.#lease.info;
    return { session, worker, host };
  }

  /**
   * Serves the jobs of a group that this session has claimed by creating them. `group` is as it
   * stands now: a creation that is asked for again is no second run.
   */
  adopt(group: Group): void {
    for (const job of group.jobs) {
      if (isEnded(job.status)) continue;
      this.#own.add(job.uid);
      if (!this.#holds.has(job.uid)) this.#hold(job);
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
    else if (this.#claiming.has(uid) && this.#claiming.get(uid) !== "look") {
      this.#claiming.set(uid, job);
    }
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
    const info = { session: world.id(), worker: name, host, pid, types, concurrency };
    this.#lease = await Lease.open(bus.values, world, info, leaseMs);
    this.#pokes?.[Symbol.dispose]();
    this.#pokes = bus.signals.subscribe(`ctl.${info.session}`, (_subject, uid) => {
      const hold = this.#holds.get(uid);
      if (hold !== undefined) void this.#look(hold);
      else if (this.#claiming.has(uid)) this.#claiming.set(uid, "look");
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
      await this.#options.world.sleep(syncMs, this.#stop.signal);
      await Promise.all([...this.#holds.values()].map((hold) => this.#look(hold)));
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
    const { bus, world, host } = this.#options;
    const wanted = { types: [...this.#workTypes.values()], host };
    while (!this.#stop.signal.aborted) {
      try {
        if (this.#isFull()) await this.#slot.promise;
        else {
          const item = await bus.queue.take(wanted, this.#stop.signal);
          if (item !== undefined) await this.#claim(item.uid);
        }
      } catch (error) {
        this.#noteError(error);
        await world.sleep(queueRetryMs, this.#stop.signal);
      }
    }
  }

  #isFull(): boolean {
    const busy = [...this.#holds.values()].filter(
      ({ job }) => isWorking(job.status) && !isParked(job.status),
    );
    return busy.length >= this.#options.concurrency;
  }

  async #claim(uid: string): Promise<void> {
    this.#claiming.set(uid, undefined);
    try {
      await this.#claimOffered(uid);
    } finally {
      this.#claiming.delete(uid);
    }
  }

  async #claimOffered(uid: string): Promise<void> {
    const { bus, world, commands, name } = this.#options;
    const job = memberOf(await commands.look(gidOf(uid)), uid);
    if (job === undefined || offerOf(job) === undefined) return bus.queue.done(uid);
    if (this.#workTypes.get(job.type) !== workType(job.type, job.shape)) return undefined;
    const checkpoint = await this.#cursors.last(job);
    const epoch = job.epoch + 1;
    const { claim } = this;
    const lease = this.#lease;
    const said = { verb: "claimed", uid, epoch, claim, ...checkpoint } as const;
    const asked = { id: `${uid}.${epoch}.${claim.session}`, by: `worker/${name}` };
    let tries = 0;
    const claiming = () => {
      tries += 1;
      return commands.ask({ ...said, ...asked, at: world.now() });
    };
    const isOn = () => lease.isAlive();
    const reply = await patiently(claiming, { world, signal: lease.ended, isOn });
    if (reply === undefined) return undefined;
    const claimed = isRefusal(reply) ? undefined : memberOf(reply.group, uid);
    const hold = claimed && this.#hold(claimed);
    const heard = this.#claiming.get(uid);
    // The first reply, given again, may be older than what was asked of the job since.
    if (hold !== undefined && (tries > 1 || heard === "look")) await this.#look(hold);
    else if (hold !== undefined && typeof heard === "object") hold.refresh(heard);
    await bus.queue.done(uid);
    if (claimed && checkpoint !== undefined) await this.#cursors.forget(uid, job.epoch);
    return undefined;
  }

  #hold(job: Job): Hold | undefined {
    const { bus, world, commands, drivers, onError } = this.#options;
    if (job.claim?.session !== this.claim.session) return undefined;
    const driver = drivers.get(job.type);
    if (driver === undefined) throw new Error(`no driver for the claimed job ${job.uid}`);
    const bench: Bench = { bus, world, commands, lease: this.#lease };
    const hold = new Hold(bench, job, () => this.#freeSlot());
    this.#holds.set(job.uid, hold);
    if (this.#stop.signal.aborted) hold.release();
    const serving = serve(hold, driver)
      .catch((error: unknown) => {
        if (hold.isMine()) onError(error);
      })
      .finally(() => {
        if (this.#holds.get(job.uid) === hold) this.#holds.delete(job.uid);
        if (isEnded(hold.job.status)) this.#own.delete(job.uid);
        this.#serving.delete(serving);
        this.#freeSlot();
      });
    this.#serving.add(serving);
    return hold;
  }

  #stopTaking(): void {
    this.#stop.abort();
    this.#freeSlot();
  }

  #freeSlot(): void {
    this.#slot.resolve();
    this.#slot = Promise.withResolvers<void>();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
