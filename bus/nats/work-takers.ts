/**
 * Who waits for work in this process, and the pulls that are open for them. Each looks first where
 * the higher priorities are, and waits everywhere once there is nothing. What arrives goes to the
 * first who can have it; what nobody here wants, or not yet, is handed back at once.
 */
import { ClosedConnectionError, PermissionViolationError, type Msg } from "@nats-io/transport-node";
import { Bell } from "../bell.ts";
import { BusError } from "../bus-error.ts";
import type { Wanted, WorkItem } from "../bus.ts";
import { hasTags } from "../tags.ts";
import type { Link } from "./link.ts";
import { natsError } from "./nats-error.ts";
import { KnownPlaces } from "./known-places.ts";
import { isHighest, nextToLook } from "./place-order.ts";
import type { WorkConsumers } from "./work-consumers.ts";
import { priorityOf } from "./work-place.ts";
import { pullSubject, WorkPull } from "./work-pull.ts";

interface Taker {
  readonly wanted: Wanted;
  readonly resolve: (item: WorkItem | undefined) => void;
  readonly reject: (error: unknown) => void;
  /** The places that had nothing since it waits. */
  readonly empty: Set<string>;
  isLooking: boolean;
}

/** Pulls whose end was not told are looked for that often. */
const tickMs = 1_000;

export class WorkTakers {
  readonly #link: Link;
  /** Where it is told that there is a new place. */
  readonly #news: string;
  readonly #places: KnownPlaces;
  readonly #onTaken: (uid: string, reply: string) => void;
  readonly #takers = new Set<Taker>();
  readonly #pulls = new Map<string, WorkPull>();
  readonly #bell = new Bell();
  #isTending = false;
  #isListening = false;

  /** `onTaken` hears of each item that is given to a taker, and where it is acknowledged. */
  constructor(link: Link, consumers: WorkConsumers, onTaken: (uid: string, reply: string) => void) {
    this.#link = link;
    this.#news = consumers.news;
    this.#places = new KnownPlaces(consumers, link.world);
    this.#onTaken = onTaken;
  }

  /** Undefined once `signal` aborts. */
  async take(wanted: Wanted, signal: AbortSignal): Promise<WorkItem | undefined> {
    if (signal.aborted) return undefined;
    this.#listen();
    const { promise, resolve, reject } = Promise.withResolvers<WorkItem | undefined>();
    const taker = { wanted, resolve, reject, empty: new Set<string>(), isLooking: false };
    const leave = () => resolve(undefined);
    signal.addEventListener("abort", leave);
    this.#takers.add(taker);
    try {
      if (this.#places.for(wanted) === undefined) this.#bell.ring();
      else this.#seek(taker);
      void this.#tend();
      return await promise;
    } finally {
      signal.removeEventListener("abort", leave);
      this.#takers.delete(taker);
    }
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    const { nc, life } = this.#link;
    const lookNow = () => {
      this.#places.forget();
      this.#bell.ring();
    };
    const news = nc.subscribe(this.#news, { callback: lookNow });
    life.closing.addEventListener("abort", () => {
      news.unsubscribe();
      for (const pull of this.#pulls.values()) pull.stop();
      for (const { resolve } of this.#takers) resolve(undefined);
    });
    void this.#watchConnection(lookNow);
  }

  async #watchConnection(lookNow: () => void): Promise<void> {
    const pulls = pullSubject(this.#link, "");
    for await (const status of this.#link.nc.status()) {
      if (status.type === "reconnect") {
        for (const pull of this.#pulls.values()) pull.forget();
        lookNow();
      }
      if (status.type !== "error" || !(status.error instanceof PermissionViolationError)) continue;
      if (status.error.subject.startsWith(pulls)) this.#fail(status.error);
    }
    this.#places.doubt();
    this.#fail(new ClosedConnectionError());
  }

  /** Keeps a pull open at each place that somebody waits for, for as long as anybody waits. */
  async #tend(): Promise<void> {
    if (this.#isTending) return;
    this.#isTending = true;
    const { world, life } = this.#link;
    while (this.#takers.size > 0) {
      const seen = this.#bell.rings;
      await this.#askForAll();
      const woken = new AbortController();
      const either = AbortSignal.any([life.closing, woken.signal]);
      await Promise.race([
        this.#bell.after(seen, either),
        world.sleep(tickMs, either, { background: true }),
      ]);
      woken.abort();
    }
    this.#isTending = false;
  }

  /** What does not pass by itself ends all waiting. */
  async #askForAll(): Promise<void> {
    try {
      await this.#places.learn([...this.#takers].map(({ wanted }) => wanted));
      for (const [name, pull] of this.#pulls) {
        if (this.#places.has(name)) continue;
        pull.stop();
        this.#pulls.delete(name);
      }
      for (const taker of this.#takers) this.#seek(taker);
    } catch (error) {
      if (!isPassing(error)) this.#fail(error);
    }
  }

  /** Waits for the taker at all its places, once those that come before others are empty. */
  #seek(taker: Taker): void {
    if (taker.isLooking) return;
    const places = this.#places.for(taker.wanted) ?? [];
    if (nextToLook(places, taker.empty).length > 0) void this.#look(taker);
    else for (const { name } of places) this.#pullFrom(name).ask();
  }

  async #look(taker: Taker): Promise<void> {
    taker.isLooking = true;
    const { wanted, empty } = taker;
    while (this.#takers.has(taker)) {
      const names = nextToLook(this.#places.for(wanted) ?? [], empty);
      if (names.length === 0) break;
      await Promise.all(
        names.map(async (name) => {
          if (!(await this.#pullFrom(name).look())) empty.add(name);
        }),
      );
    }
    taker.isLooking = false;
    if (this.#takers.has(taker)) this.#seek(taker);
  }

  #pullFrom(name: string): WorkPull {
    const known = this.#pulls.get(name);
    if (known !== undefined) return known;
    const pull = new WorkPull(this.#link, name, {
      onItem: (message) => {
        this.#give(message, pull);
        for (const taker of this.#takers) {
          taker.empty.delete(name);
          this.#seek(taker);
        }
      },
      onEnd: (isTrouble) => {
        if (isTrouble) this.#places.doubt();
        this.#bell.ring();
      },
    });
    this.#pulls.set(name, pull);
    return pull;
  }

  #give(message: Msg, pull: WorkPull): void {
    const reply = message.reply ?? "";
    const item = readItem(message);
    if (item === undefined) return this.#link.nc.publish(reply, "+TERM");
    const taker = [...this.#takers].find(
      (each) => isFor(item, each.wanted) && this.#isNext(pull.name, each),
    );
    if (taker === undefined) return pull.handBack(message);
    this.#takers.delete(taker);
    this.#onTaken(item.uid, reply);
    taker.resolve(item);
  }

  /** Whether what waits in the place may be given to the taker before all else. */
  #isNext(name: string, { wanted, empty }: Taker): boolean {
    const places = this.#places.for(wanted);
    return places !== undefined && isHighest(priorityOf(name), places, empty);
  }

  /** Ends all waiting. */
  #fail(error: unknown): void {
    const reason = natsError(error, `${this.#link.life.url}: waiting for work`);
    for (const { reject } of this.#takers) reject(reason);
    this.#takers.clear();
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof BusError && error.code === "unavailable";
}

/** Undefined for what is no work of ours: a keeper offers again what matters. */
function readItem(message: Msg): WorkItem | undefined {
  try {
    const item = message.json<Partial<WorkItem> | null>();
    const isItem = typeof item?.uid === "string" && typeof item.type === "string";
    return isItem ? (item as WorkItem) : undefined;
  } catch {
    return undefined;
  }
}

function isFor({ type, host, require = {} }: WorkItem, wanted: Wanted): boolean {
  const typeFits = wanted.types.length === 0 || wanted.types.includes(type);
  const hostFits = host === undefined || host === wanted.host;
  return typeFits && hostFits && hasTags(wanted.tags ?? {}, require);
}
