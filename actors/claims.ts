/**
 * Claims: from a work item to a hold. Several are under way at once, at most one of each job; what
 * is heard of a job before there is a hold to tell waits for it here.
 */
import type { Bus, Tags, WorkItem } from "../bus/bus.ts";
import { hasTags } from "../bus/tags.ts";
import { visibilityMs } from "../bus/take.ts";
import type { World } from "../bus/world.ts";
import { offerOf } from "../machines/duty.ts";
import { gidOf } from "../machines/job-id.ts";
import type { Claim, Job } from "../machines/record.ts";
import { isRefusal, memberOf } from "./commands.ts";
import type { Checkpoint } from "./cursors.ts";
import type { Hold } from "./hold.ts";
import type { Lease } from "./lease.ts";
import { patiently } from "./patience.ts";
import { reportable } from "./unreportable.ts";
import { workType } from "./work.ts";
import type { WorkerDesk } from "./worker-desk.ts";
import type { Accepts } from "./worker-settings.ts";

/** Around the moment when an item is free again. */
const aheadMs = 200;
const givenWayMs = 600;

/** One session of a worker, and where it stands. */
export interface Session {
  readonly lease: Lease;
  readonly desk: WorkerDesk;
}

export interface ClaimsOptions {
  readonly bus: Pick<Bus, "queue">;
  readonly world: World;
  readonly name: string;
  readonly tags: Tags;
  /** The work type of each job type that the worker has a driver for. */
  readonly workTypes: ReadonlyMap<string, string>;
  readonly accepts?: Accepts;
  /** Takes nothing of a work type until it is disposed of. */
  readonly rest: (workType: string) => Disposable;
  /** Begins to serve a job that was claimed; undefined when the session is over. */
  readonly hold: (job: Job) => Hold | undefined;
  /** Reads a hold's record again. */
  readonly look: (hold: Hold) => Promise<void>;
}

export class Claims {
  readonly #options: ClaimsOptions;
  readonly #heard = new Map<string, Job | "look" | undefined>();
  readonly #types = new Map<string, string>();

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** The work type of each that is under way, by its uid; empty where it is not known yet. */
  get underWay(): ReadonlyMap<string, string> {
    return this.#types;
  }

  /** Keeps for the hold what was heard of a job, if it is being claimed. */
  hear(uid: string, heard: Job | "look"): void {
    if (this.#heard.has(uid) && this.#heard.get(uid) !== "look") this.#heard.set(uid, heard);
  }

  /** Claims the job for the session, unless there is nothing to claim; the item is done then. */
  async claim(uid: string, session: Session): Promise<void> {
    await this.#alone({ uid, type: "" }, () => this.#claim(uid, session));
  }

  /**
   * As claim, of a job that the queue gave out: its type and tags fit then. One that nobody had
   * before has no checkpoint either, and is claimed unseen unless its arguments matter; if it has
   * moved since, that is refused.
   */
  async claimOffered(item: WorkItem, session: Session): Promise<void> {
    const { uid, epoch } = item;
    await this.#alone(item, async () => {
      const isUnseen = epoch === 0 && !this.#isChosenFrom(item);
      const reply = isUnseen ? await this.#ask({ uid, epoch: 1 }, session) : "refused";
      if (reply === "refused") await this.#claim(uid, session);
      else if (reply === "claimed") await this.#options.bus.queue.done(uid);
    });
  }

  #isChosenFrom({ type }: WorkItem): boolean {
    const { accepts = {}, workTypes } = this.#options;
    return Object.keys(accepts).some((each) => workTypes.get(each) === type);
  }

  async #alone(
    { uid, type }: Pick<WorkItem, "uid" | "type">,
    work: () => Promise<void>,
  ): Promise<void> {
    if (this.#types.has(uid)) return;
    this.#types.set(uid, type);
    this.#heard.set(uid, undefined);
    try {
      await work();
    } finally {
      this.#types.delete(uid);
      this.#heard.delete(uid);
    }
  }

  async #claim(uid: string, session: Session): Promise<void> {
    const { bus, tags, workTypes, accepts = {} } = this.#options;
    const { desk } = session;
    const patience = this.#patienceOf(session);
    const group = await patiently(() => desk.commands.look(gidOf(uid), uid), patience);
    if (group === undefined) return;
    const job = memberOf(group, uid);
    if (job === undefined || offerOf(job) === undefined) {
      await bus.queue.done(uid);
      return;
    }
    if (workTypes.get(job.type) !== workType(job.type, job.shape)) return;
    if (!hasTags(tags, job.require)) return;
    if ((await accepts[job.type]?.(job.args)) === false) {
      void this.#giveWay(workType(job.type, job.shape), session);
      return;
    }
    const checkpoint = await patiently(() => desk.checkpoints.last(job), patience);
    const reply = await this.#ask({ uid, epoch: job.epoch + 1, ...checkpoint }, session);
    if (reply === undefined) return;
    await bus.queue.done(uid);
    if (reply === "claimed" && checkpoint !== undefined) {
      await desk.checkpoints.forget(uid, job.epoch);
    }
  }

  /** What is left here is free to all again later, and is to go to another then. */
  async #giveWay(type: string, { lease }: Session): Promise<void> {
    const { world, rest } = this.#options;
    await world.sleep(visibilityMs - aheadMs, lease.ended);
    const resting = rest(type);
    await world.sleep(givenWayMs, lease.ended);
    resting[Symbol.dispose]();
  }

  /** Claims, and begins what was claimed; undefined: the lease ended before there was a reply. */
  async #ask(
    said: { readonly uid: string; readonly epoch: number } & Partial<Checkpoint>,
    session: Session,
  ): Promise<"claimed" | "refused" | undefined> {
    const { world, name } = this.#options;
    const { uid } = said;
    const claim = claimOf(session.lease);
    const asked = { id: world.id(), by: `worker/${name}` };
    let tries = 0;
    const claiming = () => {
      tries += 1;
      const input = { verb: "claimed", ...said, claim, ...asked, at: world.now() } as const;
      return session.desk.commands.ask(input);
    };
    const patience = this.#patienceOf(session);
    const asking = reportable("claimed", () => patiently(claiming, patience));
    const reply = await asking.catch((error: unknown) => {
      // An earlier try may have been written, and nobody would serve what it claimed.
      if (tries > 1) session.lease.end();
      throw error;
    });
    if (reply === undefined) return undefined;
    const claimed = isRefusal(reply) ? undefined : memberOf(reply.group, uid);
    if (claimed === undefined) return "refused";
    await this.#begin(claimed, tries > 1);
    return "claimed";
  }

  #patienceOf({ lease }: Session): Parameters<typeof patiently>[1] {
    const { world } = this.#options;
    return { world, signal: lease.ended, isOn: () => lease.isAlive() };
  }

  /** The first reply, given again, may be older than what was asked of the job since. */
  async #begin(claimed: Job, isAgain: boolean): Promise<void> {
    const hold = this.#options.hold(claimed);
    const heard = this.#heard.get(claimed.uid);
    if (hold === undefined) return;
    if (isAgain || heard === "look") await this.#options.look(hold);
    else if (heard !== undefined) hold.refresh(heard);
  }
}

/** Who a job is claimed by. */
export function claimOf({ info: { session, worker, host } }: Lease): Claim {
  return { session, worker, host };
}
