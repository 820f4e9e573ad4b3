/**
 * The keeper: makes good whatever was not done between a commit and its effects. Level-triggered:
 * it follows the log, looks at every group that is not at its end, and offers, fires and declares
 * lost whatever the record says is due. Any number of keepers may work at once.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Bus, Position, Stored } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import { offerOf, timersOf, type Offer, type Timer } from "../machines/duty.ts";
import type { Asked, Input } from "../machines/input.ts";
import type { Group, Job } from "../machines/record.ts";
import { takesWhenClaimed } from "../machines/resources.ts";
import { isEnded } from "../machines/status.ts";
import { Agenda } from "./agenda.ts";
import { isRefusal, type Commands } from "./commands.ts";
import { Lease, leaseKey } from "./lease.ts";
import { workItem } from "./work.ts";
import { isPassing, patiently } from "./patience.ts";
import { Trail } from "./trail.ts";
import { WaitingLine } from "./waiting-line.ts";
import { WentBack } from "./went-back.ts";

export interface KeeperOptions {
  readonly bus: Bus;
  readonly world: World;
  readonly commands: Commands;
  /** Hears of an offer that is due, beside the queue. */
  readonly onOffer: (offer: Offer) => void;
  readonly onError: (error: unknown) => void;
  /** Hears of every commit that is followed. */
  readonly onCommit: (stored: Stored) => void;
  /** Hears why it has ended: the log cannot be followed any further, or not be believed. */
  readonly onCut?: ((why: BusError) => void) | undefined;
}

interface Held {
  readonly uid: string;
  readonly epoch: number;
  readonly lease: string;
}

/** What is to be done about one group, and when its offers were last made. */
interface Duties {
  readonly offers: readonly Offer[];
  readonly timers: readonly Timer[];
  readonly held: readonly Held[];
  /** The jobs that hold resources, or want them. */
  readonly users: readonly Job[];
  readonly offeredAt: Map<string, number>;
  /** The requests about it whose unforeseen refusal was told. */
  readonly told: Set<string>;
}

const tickMs = 1_000;
/** A commit's own effects get this long before the keeper makes them good. */
const settleMs = 250;
/** And those of a job so long that others may be waiting for. */
const turnMs = 25;
/** An offer that nobody took is made again, in case the queue was lost. */
const offerAgainMs = 10_000;
const saveMs = 15_000;
/** The guards that say no when the record has moved on meanwhile: there is nothing left to ask. */
const overtaken = new Set(["exists", "epoch", "early", "uncommitted", "not-cancelled", "due"]);

export class Keeper {
  readonly #options: KeeperOptions;
  readonly #duties = new Map<string, Duties>();
  readonly #changed = new Set<string>();
  readonly #stop = new AbortController();
  readonly #trail: Trail;
  readonly #line = new WaitingLine();
  #wake = new AbortController();
  #agenda = new Agenda();
  #isCut = false;
  #savedAtMs = 0;
  #savedPosition: Position = 0;
  #loops: Promise<unknown> = Promise.resolve();

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#trail = new Trail(options.bus.log);
  }

  async start(): Promise<void> {
    const { bus, world } = this.#options;
    const load = () => Agenda.load(bus.values, bus.log);
    const { signal } = this.#stop;
    const loaded = await patiently(load, { world, signal, isOn: () => !signal.aborted });
    if (loaded !== undefined) this.#agenda = loaded;
    if (this.#agenda.last !== undefined) this.#trail.add(this.#agenda.last);
    this.#savedPosition = this.#agenda.position;
    this.#savedAtMs = world.monotonic();
    for (const gid of this.#agenda.open.keys()) this.#changed.add(gid);
    this.#loops = Promise.all([this.#follow(), this.#work()]);
  }

  /**
   * Fails with WentBack, and saves nothing, when the log went backwards and nobody has said so. A
   * bus that is away keeps what it has: whoever starts next folds a little more.
   */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#loops;
    if (this.#isCut) return;
    try {
      await this.#save();
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
  }

  async #follow(): Promise<void> {
    const { bus, world } = this.#options;
    while (!this.#stop.signal.aborted) {
      try {
        for await (const batch of bus.log.follow(this.#agenda.position, this.#stop.signal)) {
          this.#note(batch);
        }
        return;
      } catch (error) {
        this.#noteError(error);
        if (error instanceof BusError && error.code === "corrupt") this.#cut(error);
        await world.sleep(tickMs, this.#stop.signal);
      }
    }
  }

  /** What passes is met again and tried again; a bus that is closed ends the keeper. */
  #noteError(error: unknown): void {
    if (error instanceof BusError && error.code === "closed") this.#stop.abort();
    if (error instanceof WentBack) this.#cut(error);
    if (!isPassing(error)) this.#options.onError(error);
  }

  /** Ends the keeper where the log cannot be followed any further, or not be believed. */
  #cut(why: BusError): void {
    this.#isCut = true;
    this.#stop.abort();
    this.#options.onCut?.(why);
  }

  #note(batch: readonly Stored[]): void {
    for (const stored of batch) {
      this.#agenda.fold(stored);
      this.#options.onCommit(stored);
      this.#changed.add(stored.gid);
    }
    if (this.#agenda.last !== undefined) this.#trail.add(this.#agenda.last);
    if (!this.#wake.signal.aborted) this.#wake.abort();
  }

  async #work(): Promise<void> {
    const { world } = this.#options;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#look();
        await this.#tick();
      } catch (error) {
        this.#noteError(error);
      }
      if (this.#changed.size === 0) {
        this.#wake = new AbortController();
        await world.sleep(this.#restMs(), AbortSignal.any([this.#wake.signal, this.#stop.signal]));
      }
      if (this.#changed.size > 0) await world.sleep(this.#pauseMs(), this.#stop.signal);
    }
  }

  #pauseMs(): number {
    if (this.#line.length === 0) return settleMs;
    const isTurn = [...this.#changed].some((gid) => this.#duties.get(gid)?.users.length);
    return isTurn ? turnMs : settleMs;
  }

  /** Until the next offer or timer is due, but at most a tick: leases are looked at each tick. */
  #restMs(): number {
    const now = this.#options.world.now();
    let restMs = tickMs;
    for (const { offers, timers } of this.#duties.values()) {
      for (const { at } of offers) if (at > now) restMs = Math.min(restMs, at - now);
      for (const { dueAt } of timers) if (dueAt > now) restMs = Math.min(restMs, dueAt - now);
    }
    return restMs;
  }

  /** Looks again at the groups that have changed. */
  async #look(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const gid of changed) {
      await this.#forGroup(gid, async () => {
        if (!this.#agenda.open.has(gid)) this.#duties.delete(gid);
        else {
          const told = this.#duties.get(gid)?.told ?? new Set();
          this.#duties.set(gid, dutiesOf(await this.#options.commands.look(gid), told));
        }
      });
    }
  }

  /** One group's trouble is not the others': it is looked at again, or left alone until it moves. */
  async #forGroup(gid: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (isPassing(error)) this.#changed.add(gid);
      else this.#duties.delete(gid);
      this.#noteError(error);
    }
  }

  async #tick(): Promise<void> {
    const { bus, world } = this.#options;
    const now = world.now();
    const live = new Set((await Lease.live(bus.values)).map(leaseKey));
    for (const [gid, { timers, held, told }] of this.#duties) {
      await this.#forGroup(gid, async () => {
        for (const timer of timers) if (timer.dueAt <= now) await this.#fire(timer, told);
        for (const each of held) if (!live.has(each.lease)) await this.#lose(each, told);
      });
    }
    const users = [...this.#duties.values()].flatMap((duties) => duties.users);
    const next = this.#line.next(users, now, world.monotonic());
    const waiting = new Set(users.filter(takesWhenClaimed).map(({ uid }) => uid));
    const offering = [...this.#duties].map(([gid, { offers, offeredAt }]) =>
      this.#forGroup(gid, async () => {
        for (const offer of offers) {
          if (offer.at > now) continue;
          if (!waiting.has(offer.uid)) await this.#offerAgain(offer, offeredAt);
          else if (next.has(offer.uid)) await this.#offer(offer);
        }
      }),
    );
    await Promise.all(offering);
    if (world.monotonic() - this.#savedAtMs >= saveMs) await this.#save();
    else if (this.#trail.hasMoved) await this.#trail.check();
  }

  async #save(): Promise<void> {
    const { bus, world } = this.#options;
    this.#savedAtMs = world.monotonic();
    const { position } = this.#agenda;
    if (position === this.#savedPosition) await this.#trail.check();
    else await this.#agenda.save(bus.values, () => this.#trail.check());
    this.#savedPosition = position;
  }

  async #offerAgain(offer: Offer, offeredAt: Map<string, number>): Promise<void> {
    const now = this.#options.world.monotonic();
    if (now - (offeredAt.get(offer.uid) ?? -Infinity) < offerAgainMs) return;
    offeredAt.set(offer.uid, now);
    await this.#offer(offer);
  }

  async #offer(offer: Offer): Promise<void> {
    const { bus, onOffer } = this.#options;
    onOffer(offer);
    await bus.queue.offer(workItem(offer));
  }

  async #fire({ uid, timer, dueAt }: Timer, told: Set<string>): Promise<void> {
    await this.#ask({ verb: "timer", uid, timer }, `timer-${timer}-${uid}-${dueAt}`, told);
  }

  async #lose({ uid, epoch }: Held, told: Set<string>): Promise<void> {
    await this.#ask({ verb: "lost", uid, epoch }, `lost-${uid}-${epoch}`, told);
  }

  /** Several keepers may ask the same: the id makes it one request. */
  async #ask(what: Notice, id: string, told: Set<string>): Promise<void> {
    const { commands, world, onError } = this.#options;
    const reply = await commands.ask({ ...what, id, by: "keeper", at: world.now() });
    if (!isRefusal(reply) || overtaken.has(reply.guard) || told.has(id)) return;
    told.add(id);
    onError(new Error(`job ${what.uid}: '${what.verb}' is due and was refused: ${reply.refused}`));
  }
}

type Unsigned<I> = I extends Asked ? Omit<I, keyof Asked> : never;
type Notice = Unsigned<Extract<Input, { readonly verb: "timer" | "lost" }>>;

function dutiesOf(group: Group, told: Set<string>): Duties {
  const held = group.jobs.flatMap(({ uid, epoch, claim }) =>
    claim === null ? [] : [{ uid, epoch, lease: leaseKey(claim) }],
  );
  const offers = group.jobs.map(offerOf).filter((offer) => offer !== undefined);
  const timers = group.jobs.flatMap(timersOf);
  const users = group.jobs.filter(
    ({ resources, status }) => resources.length > 0 && !isEnded(status),
  );
  return { offers, timers, held, users, offeredAt: new Map(), told };
}
