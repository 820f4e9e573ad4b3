/**
 * Following a stream: news is what the server republishes as it stores it, served from memory to
 * who is up to date; who is not, or missed something, reads the stream. Core delivery loses
 * messages without a word, so the leader is asked now and then whether there is more.
 */
import type { Msg } from "@nats-io/transport-node";
import { Bell } from "../bell.ts";
import { BusError } from "../bus-error.ts";
import type { History } from "./history.ts";
import type { Link } from "./link.ts";
import { Recent } from "./recent.ts";
import { fromReplica, type StoredMessage } from "./stored-message.ts";
import type { StoredStream } from "./stored-stream.ts";

export interface TailSource<T> {
  readonly stream: StoredStream;
  /** Where the stream's messages are republished. */
  readonly news: string;
  /** What a message says. Fails with `corrupt`. */
  readonly decode: (message: StoredMessage) => T;
}

/** Which messages are followed. */
export interface Choice<T> {
  /** Their subject in the stream, which may have wildcards. */
  readonly subject: string;
  /** Whether it is one of them. */
  readonly has: (value: T) => boolean;
}

const sliceMessages = 1000;
/** How long until the leader is asked: soon after news could have been missed, then seldom. */
const askMsMin = 50;
const askMsMax = 2000;
const retryMs = 200;

export class StoredTail<T> {
  readonly #link: Link;
  readonly #history: History;
  readonly #source: TailSource<T>;
  readonly #recent = new Recent<T>();
  readonly #bell = new Bell();
  /** The newest sequence in the news; hearsay, until the stream itself was read. */
  #told = 0;
  #followers = 0;
  #stop = new AbortController();

  constructor(link: Link, history: History, source: TailSource<T>) {
    this.#link = link;
    this.#history = history;
    this.#source = source;
  }

  /**
   * Everything chosen above `after`, and then whatever comes, until `signal` aborts or the bus is
   * closed. Waits while the server is away; fails when the history is lost.
   */
  async *follow(
    after: number,
    signal: AbortSignal,
    choice: Choice<T>,
  ): AsyncGenerator<readonly T[]> {
    const ending = AbortSignal.any([signal, this.#link.life.closing]);
    if (ending.aborted) return;
    this.#begin();
    try {
      for (let through = after; !ending.aborted;) {
        const seen = this.#bell.rings;
        const slice = await this.#next(through, choice, ending);
        if (ending.aborted) return;
        if (slice.values.length > 0) yield slice.values;
        if (slice.through === through) await this.#bell.after(seen, ending);
        through = slice.through;
      }
    } finally {
      this.#end();
    }
  }

  async #next(through: number, choice: Choice<T>, ending: AbortSignal): Promise<Values<T>> {
    this.#history.failure.assertNone();
    const { stream, decode } = this.#source;
    const recent = this.#recent.after(through, sliceMessages);
    if (recent.length > 0) {
      const values = recent.map(({ value }) => value).filter(choice.has);
      return { values, through: recent.at(-1)?.seq ?? through };
    }
    const nothing = { values: [], through };
    const { known } = stream.head;
    if (Math.max(known, this.#told) <= through) return nothing;
    try {
      const slice = await stream.next(through, known, choice.subject);
      return { values: slice.messages.map(decode), through: slice.through };
    } catch (error) {
      if (ending.aborted) return nothing;
      if (!(error instanceof BusError) || error.code !== "unavailable") throw error;
      await this.#link.world.sleep(retryMs, ending);
      return this.#next(through, choice, ending);
    }
  }

  #begin(): void {
    this.#followers += 1;
    if (this.#followers > 1) return;
    this.#stop = new AbortController();
    const stop = AbortSignal.any([this.#stop.signal, this.#link.life.closing]);
    const subscription = this.#link.nc.subscribe(this.#source.news, {
      callback: (error, message) => {
        if (error === null) this.#hear(message);
      },
    });
    stop.addEventListener("abort", () => subscription.unsubscribe(), { once: true });
    void this.#watch(stop);
  }

  #end(): void {
    this.#followers -= 1;
    if (this.#followers > 0) return;
    this.#stop.abort();
    this.#recent.clear();
  }

  #hear(message: Msg): void {
    const stored = fromReplica(message);
    const { seq } = stored;
    if (!(seq > 0)) return;
    this.#told = Math.max(this.#told, seq);
    try {
      const value = this.#source.decode(stored);
      this.#recent.add({ seq, sizeBytes: message.data.length, value });
    } catch {
      // Whoever follows meets it in the stream itself, and says what is wrong.
      this.#recent.clear();
    }
    this.#bell.ring();
  }

  /** Asks the leader now and then, and at every reconnection, what the stream's head is. */
  async #watch(stop: AbortSignal): Promise<void> {
    using _ = this.#history.onConnection(({ is }) => {
      if (is === "up") void this.#ask(stop);
    });
    for (let askMs = askMsMin; !stop.aborted; askMs = Math.min(askMs * 2, askMsMax)) {
      await this.#ask(stop);
      await this.#link.world.sleep(askMs, stop, { background: true });
    }
  }

  async #ask(stop: AbortSignal): Promise<void> {
    const { head } = this.#source.stream;
    const { known } = head;
    try {
      await head.read();
      if (head.known > known) this.#bell.ring();
    } catch {
      // The server is away, or the history is lost: then the followers say so.
      if (!stop.aborted) this.#bell.ring();
    }
  }
}

interface Values<T> {
  readonly values: readonly T[];
  readonly through: number;
}
