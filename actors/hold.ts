/**
 * A hold: one claim of one job by this process. It keeps the job's record as the log last told
 * it, lets others wait for it to change, and is the only way in which a run or a step reports.
 */
import type { Bus } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import type { Report } from "../machines/input.ts";
import { gidOf } from "../machines/job-id.ts";
import type { Json } from "../machines/json.ts";
import type { Group, Job, Progress } from "../machines/record.ts";
import { isEnded } from "../machines/status.ts";
import { isRefusal, memberOf, type Reply } from "./commands.ts";
import type { Lease } from "./lease.ts";
import { Meter } from "./meter.ts";
import { OutputTeller } from "./output-teller.ts";
import { patiently } from "./patience.ts";
import { reportable } from "./unreportable.ts";
import type { WorkerDesk } from "./worker-desk.ts";
import type { WorkerSettings } from "./worker-settings.ts";

/** What every hold of a session shares. */
export interface Bench {
  readonly bus: Pick<Bus, "signals">;
  readonly world: World;
  readonly desk: WorkerDesk;
  readonly lease: Lease;
  /** Hears of what went wrong beside the jobs. */
  readonly onError: (error: unknown) => void;
  readonly onOutput?: WorkerSettings["onOutput"];
}

type Unsigned<R> = R extends Report ? Omit<R, "uid" | "epoch"> : never;

/** After these others look at what the run has said. */
const pauses: ReadonlySet<Report["verb"]> = new Set(["finished", "failed", "released", "paused"]);

/** No timer lasts longer; who rests looks again then. */
const restMsMax = 24 * 3_600_000;

export class Hold {
  readonly world: World;
  readonly meter: Meter;
  /** What the run says for people. */
  readonly output: OutputTeller;
  readonly #bench: Bench;
  readonly #onChange: () => void;
  #job: Job;
  readonly #sleepers = new Set<AbortController>();
  #change = Promise.withResolvers<void>();
  #checkpoint: Json | undefined;
  #checkpoints = 0;
  #changes = 0;
  #isLost = false;
  #isReleasing = false;
  #reports = 0;

  constructor(bench: Bench, job: Job, onChange: () => void) {
    this.world = bench.world;
    this.#onChange = onChange;
    this.#bench = bench;
    this.#job = job;
    const { uid, epoch, progress } = job;
    this.meter = new Meter(progress, { signals: bench.bus.signals, world: this.world, uid, epoch });
    const { desk, world, onError } = bench;
    const isOn = (): boolean => this.isMine();
    this.output = new OutputTeller({ outputs: desk.outputs, world, job, isOn, onError });
  }

  get job(): Job {
    return this.#job;
  }

  /** This process is to give the job back as soon as it can. */
  get isReleasing(): boolean {
    return this.#isReleasing;
  }

  /** Whether the claim is current and the lease alive: asked before every side effect. */
  isMine(): boolean {
    if (!this.#isLost && !this.#bench.lease.isAlive()) this.lose();
    return !this.#isLost;
  }

  /** Resolves when the record, or what is asked of the hold, changes next. */
  changed(): Promise<void> {
    return this.#change.promise;
  }

  /** How often something has changed. */
  get changes(): number {
    return this.#changes;
  }

  /** Waits for `ms`, or until something changed since `seen` changes. */
  async rest(ms: number, seen = this.#changes): Promise<void> {
    if (this.#changes !== seen) return;
    const sleeper = new AbortController();
    this.#sleepers.add(sleeper);
    await this.world.sleep(Math.min(ms, restMsMax), sleeper.signal);
    this.#sleepers.delete(sleeper);
  }

  /** Where the work stands: the progress so far and the last checkpoint. */
  get stand(): { readonly progress: Progress; readonly cursor?: Json } {
    const { progress } = this.meter;
    return this.#checkpoint === undefined ? { progress } : { progress, cursor: this.#checkpoint };
  }

  /** Takes note of the record as the log has it now. */
  refresh(job: Job): void {
    if (job === this.#job) return;
    const isCurrent =
      job.claim?.session === this.#bench.lease.info.session && job.epoch === this.#job.epoch;
    this.#job = job;
    if (!isCurrent) this.#isLost = true;
    this.#ring();
  }

  async look(): Promise<void> {
    for (;;) {
      const before = this.#job;
      const { commands } = this.#bench.desk;
      const group = await commands.look(gidOf(before.uid), before.uid);
      if (this.#job === before) return this.#refreshFrom(group);
    }
  }

  /** Says something for people. */
  say(chunk: Uint8Array | string): void {
    this.output.add(chunk);
    this.#bench.onOutput?.(this.#job, chunk);
  }

  release(): void {
    this.#isReleasing = true;
    this.#ring();
  }

  lose(): void {
    this.#isLost = true;
    this.#ring();
  }

  /**
   * Reports, however long the bus is away, as long as the lease lives. False when the report was
   * refused or came too late; the record has then been read again. Fails with Unreportable when it
   * would be refused for ever.
   */
  async report(report: Unsigned<Report>): Promise<boolean> {
    const { uid, epoch } = this.#job;
    this.#reports += 1;
    const id = `${uid}.${epoch}.${this.#reports}`;
    const by = `worker/${this.#bench.lease.info.worker}`;
    const said = { ...report, uid, epoch, id, by } as Report & { id: string; by: string };
    const before = this.#job;
    let tries = 0;
    const ask = (): Promise<Reply> => {
      tries += 1;
      return this.#bench.desk.commands.ask({ ...said, at: this.world.now() });
    };
    const askLast = async (): Promise<Reply> => {
      await this.output.flush();
      return ask();
    };
    const act = pauses.has(report.verb) && this.output.hasNews ? askLast : ask;
    const reply = await reportable(report.verb, () => this.#patiently(act));
    if (reply === undefined) return false;
    if (!isRefusal(reply)) {
      // What was heard meanwhile, or before a reply was given again, may be newer than the reply.
      if (tries > 1 || this.#job !== before) await this.#patiently(() => this.look());
      else this.#refreshFrom(reply.group);
      return true;
    }
    if (reply.guard === "epoch") this.lose();
    else await this.#patiently(() => this.look());
    return false;
  }

  /** Makes a cursor durable, with the progress that it stands for. */
  async checkpoint(cursor: Json): Promise<void> {
    const { uid, epoch } = this.#job;
    const { progress } = this.meter;
    const { checkpoints } = this.#bench.desk;
    this.#checkpoints += 1;
    const n = this.#checkpoints;
    await this.#patiently(() => checkpoints.put(uid, epoch, { cursor, progress }, n));
    this.#checkpoint = cursor;
  }

  /**
   * Forgets the epoch's checkpoint once the log holds all that it says. After a loss it does not:
   * the checkpoint is what the next claim begins with.
   */
  async close(): Promise<void> {
    this.output.close();
    const { uid, epoch, claim, status, cursor } = this.#job;
    const isRecorded =
      claim === null && JSON.stringify(cursor) === JSON.stringify(this.#checkpoint);
    if (this.#checkpoint === undefined || !(isRecorded || isEnded(status))) return;
    await this.#bench.desk.checkpoints.forget(uid, epoch);
  }

  #patiently<T>(act: () => Promise<T>): Promise<T | undefined> {
    const { world, lease } = this.#bench;
    return patiently(act, { world, signal: lease.ended, isOn: () => this.isMine() });
  }

  #refreshFrom(group: Group): void {
    const job = memberOf(group, this.#job.uid);
    if (job !== undefined) this.refresh(job);
  }

  #ring(): void {
    this.#changes += 1;
    for (const sleeper of this.#sleepers) sleeper.abort();
    this.#onChange();
    this.#change.resolve();
    this.#change = Promise.withResolvers<void>();
  }
}
