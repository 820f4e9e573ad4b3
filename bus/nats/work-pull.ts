/**
 * Pulling from one place: never more than one request for one item waits there at a time. Whether
 * there is an item now can be asked beside it.
 */
import { createInbox, nanos, type Msg, type Subscription } from "@nats-io/transport-node";
import { apiOf } from "./asking.ts";
import type { Link } from "./link.ts";

/** How long the server keeps a request for work. */
const pullMs = 10_000;
/** After that it has ended, whether or not one was told. */
const lostAfterMs = pullMs + 2_000;
/** Where there is trouble one asks again a little later, not all at once. */
const pauseMsMin = 100;
const pauseMsMax = 500;
const timedOut = 408;
/** Who is asked for what is there now answers soon, or is in trouble. */
const lookMsMax = 2_000;
const heartbeat = 100;

export interface PullEvents {
  readonly onItem: (message: Msg) => void;
  /** The request ended without an item; `isTrouble`: not for lack of one. */
  readonly onEnd: (isTrouble: boolean) => void;
}

/** Where the consumer of that name is asked for items. */
export function pullSubject(link: Link, name: string): string {
  return `${apiOf(link)}.CONSUMER.MSG.NEXT.${link.names.streams.work}.${name}`;
}

export class WorkPull {
  /** Of the place. */
  readonly name: string;
  readonly #link: Link;
  readonly #events: PullEvents;
  readonly #subject: string;
  readonly #inbox: string;
  readonly #subscription: Subscription;
  /** Settles once the item that was handed back last can be had again. */
  #handedBack: Promise<unknown> = Promise.resolve();
  #asked = 0;
  /** While a request is open: until when. */
  #openUntilMs: number | undefined;

  constructor(link: Link, name: string, events: PullEvents) {
    this.name = name;
    this.#link = link;
    this.#events = events;
    this.#subject = pullSubject(link, name);
    this.#inbox = createInbox(link.jsm.getOptions().watcherPrefix);
    this.#subscription = link.nc.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#hear(message);
      },
    });
  }

  /** Asks for an item, unless it has asked and may still get one. */
  ask(): void {
    const { nc, world } = this.#link;
    const nowMs = world.monotonic();
    if (nowMs < (this.#openUntilMs ?? 0)) return;
    this.#asked += 1;
    this.#openUntilMs = nowMs + lostAfterMs;
    const request = JSON.stringify({ batch: 1, expires: nanos(pullMs) });
    nc.publish(this.#subject, request, { reply: this.#address() });
  }

  /** Takes an item that is there at this moment; false when there is none, or nobody answers. */
  async look(): Promise<boolean> {
    await this.#handedBack;
    const request = JSON.stringify({ batch: 1, no_wait: true });
    const asking = this.#link.nc.request(this.#subject, request, {
      noMux: true,
      timeout: lookMsMax,
    });
    const answer = await asking.catch(() => undefined);
    const isItem = answer !== undefined && (answer.headers?.code ?? 0) === 0;
    if (isItem) this.#events.onItem(answer);
    return isItem;
  }

  /** Lets somebody else have an item that came from here, in its place among the others. */
  handBack({ reply = "" }: Msg): void {
    const back = this.#link.nc.request(reply, "-NAK", { timeout: lookMsMax });
    this.#handedBack = back.catch(() => undefined);
  }

  /** The server that knew of the request is gone: it will not be answered. */
  forget(): void {
    this.#openUntilMs = undefined;
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }

  #hear(message: Msg): void {
    const code = message.headers?.code ?? 0;
    if (code === 0) {
      this.#openUntilMs = undefined;
      this.#events.onItem(message);
      return;
    }
    if (code === heartbeat || message.subject !== this.#address()) return;
    if (code === timedOut) this.#end(false);
    else void this.#endLater();
  }

  async #endLater(): Promise<void> {
    const { world, life } = this.#link;
    const asked = this.#asked;
    const pauseMs = pauseMsMin + world.random() * (pauseMsMax - pauseMsMin);
    await world.sleep(pauseMs, life.closing, { background: true });
    if (this.#asked === asked) this.#end(true);
  }

  #end(isTrouble: boolean): void {
    this.#openUntilMs = undefined;
    this.#events.onEnd(isTrouble);
  }

  #address(): string {
    return `${this.#inbox}.${this.#asked}`;
  }
}
