/**
 * The relay: carries the log's status changes into the feed, in log order, each exactly once. It
 * keeps nothing of its own: the feed's last entry says where to go on, and every append expects
 * the feed to end there. Any number may run at once: who is refused stands by, and takes over when
 * the feed stays behind the log. What follows in the feed is a matter of the log alone, so that it
 * makes no difference who adds it.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Bus, FeedEntry, Outlet, Stored } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import { decode } from "../machines/commit.ts";
import { commitsBefore, isAfter, type EventPlace } from "./event-place.ts";
import { feedEntries } from "./feed-entry.ts";
import { Origins } from "./origins.ts";
import { expectOwnFeed } from "./own-feed.ts";

export interface RelaySettings {
  readonly world: World;
  readonly signal: AbortSignal;
  /** Hears of trouble, once until all is well again; the relay goes on unless it has to stop. */
  readonly onError: (error: unknown) => void;
}

const entriesMax = 1_000;
const standByMs = 750;
const graceMs = 200;
const retryMsMin = 50;
const retryMsMax = 2_000;

type Source = Pick<Bus, "log" | "outlet" | "generation">;

/**
 * Relays until `signal` aborts, or until it must stop, which `onError` hears; never rejects. Passing
 * trouble (BusError `unavailable`, `full`, `readonly`) is waited for. It stops at CommitError
 * `newer` or `corrupt`, at a commit that it cannot read, for a feed with a hole is worse than a late
 * one; at BusError `corrupt` when the feed is of another history; and when the bus is gone.
 */
export async function relay(bus: Source, settings: RelaySettings): Promise<void> {
  await new Relay(bus, settings).run();
}

class Relay {
  readonly #bus: Source;
  readonly #origins: Origins;
  readonly #settings: RelaySettings;
  #retryMs = retryMsMin;

  constructor(bus: Source, settings: RelaySettings) {
    this.#bus = bus;
    this.#origins = new Origins(bus.log);
    this.#settings = settings;
  }

  async run(): Promise<void> {
    const { world, signal, onError } = this.#settings;
    while (!signal.aborted) {
      try {
        await this.#carry();
        await this.#standBy();
      } catch (error) {
        if (signal.aborted) return;
        if (this.#retryMs === retryMsMin || !isPassing(error)) onError(error);
        if (!isPassing(error)) return;
        await world.sleep(this.#retryMs * (0.5 + world.random()), signal);
        this.#retryMs = Math.min(retryMsMax, this.#retryMs * 2);
      }
    }
  }

  /** Goes on where the feed ends; resolves when somebody else has added to it. */
  async #carry(): Promise<void> {
    const { log, outlet } = this.#bus;
    let { head, last } = await outlet.head();
    if (last !== undefined) await expectOwnFeed(this.#bus, last);
    const after = last === undefined ? 0 : commitsBefore(last);
    for await (const batch of log.follow(after, this.#settings.signal)) {
      const entries = (await this.#entriesOf(batch)).filter((entry) => isNewer(entry, last));
      for (let from = 0; from < entries.length; from += entriesMax) {
        try {
          head = await outlet.append(entries.slice(from, from + entriesMax), head);
        } catch (error) {
          if (error instanceof BusError && error.code === "conflict") return;
          throw error;
        }
      }
      this.#retryMs = retryMsMin;
    }
  }

  /** Resolves when nobody seems to relay: the feed is behind the log, and stays where it is. */
  async #standBy(): Promise<void> {
    const { world, signal } = this.#settings;
    const scan: Scan = { head: -1, position: 0 };
    while (!signal.aborted) {
      await world.sleep(standByMs * (2 / 3 + (2 / 3) * world.random()), signal);
      const { head } = await this.#bus.outlet.head();
      await world.sleep(graceMs, signal);
      const now = await this.#bus.outlet.head();
      if (now.head === head && (await this.#isBehind(now, scan))) return;
    }
  }

  /** Whether the log has a status change after the feed's end. Reads on where it last stopped. */
  async #isBehind({ head, last }: End, scan: Scan): Promise<boolean> {
    if (scan.head !== head) scan.position = last === undefined ? 0 : commitsBefore(last);
    scan.head = head;
    for await (const batch of this.#bus.log.readAll(scan.position)) {
      const entries = await this.#entriesOf(batch);
      if (entries.some((entry) => isNewer(entry, last))) return true;
      scan.position = batch.at(-1)?.position ?? scan.position;
    }
    return false;
  }

  async #entriesOf(batch: readonly Stored[]): Promise<readonly FeedEntry[]> {
    const { generation } = this.#bus;
    const entries: FeedEntry[] = [];
    for (const stored of batch) {
      const commit = decode(stored.text, `group ${stored.gid} rev ${stored.rev}`);
      const origin = await this.#origins.of(commit);
      entries.push(...feedEntries(stored, commit, { origin, generation }));
    }
    return entries;
  }
}

type End = Awaited<ReturnType<Outlet["head"]>>;

/** How far the log was looked through for what the feed lacks, while the feed was at `head`. */
interface Scan {
  head: number;
  position: number;
}

function isNewer(entry: EventPlace, last: EventPlace | undefined): boolean {
  return last === undefined || isAfter(entry, last);
}

function isPassing(error: unknown): boolean {
  return error instanceof BusError && ["unavailable", "full", "readonly"].includes(error.code);
}
