/**
 * A line: how one life of a process reaches the simulated bus. Every port call becomes a request
 * and an answer, each of which takes time and may be lost; a stream (`follow`, a waiting `take`)
 * may be cut. What its process had asked before it died is still carried out; nobody hears the
 * answer.
 */
import { BusError } from "../../bus/bus-error.ts";
import type { Bus, Log, Outlet, Queue, Shelf, Signals, Stored, Values } from "../../bus/bus.ts";
import { fatesOf, timesSaid, type Fate, type Faults } from "./fate.ts";
import type { Chooser } from "./chooser.ts";
import type { Schedule } from "./schedule.ts";

/** After so long a request without an answer has failed. */
const timeoutMs = 1_000;

export interface LineOptions {
  readonly bus: Bus;
  readonly schedule: Schedule;
  readonly chooser: Chooser;
  /** The name of this life of the process: `w1#2`. */
  readonly life: string;
  /** The faults of the moment. */
  readonly faults: () => Faults;
  /** The process is cut off from the bus. */
  readonly isCut: () => boolean;
  /** Ends this life. */
  readonly crash: () => void;
  /** Lets nothing of this life happen for a while. */
  readonly stall: () => void;
  readonly observer: Observer;
}

/** Sees what goes over the lines; it has no say in it. */
export interface Observer {
  /** What became of a request, other than that all went well. */
  fault(text: string): void;
  /** An append of this life lost the race, for a group or the `feed`. */
  beaten(life: string, what: string): void;
  /** A commit of this life was stored; nobody was told yet. */
  appended(life: string, place: Place): void;
  /** This life, following the log, was told of a commit. */
  told(life: string, place: Place): void;
  /** A subscriber of this life failed to hear a signal. */
  threw(life: string, error: unknown): void;
}

type Place = Pick<Stored, "gid" | "rev">;

export class Line {
  readonly bus: Bus;
  readonly #options: LineOptions;
  /** What ends when the connection does. */
  #connection = new AbortController();

  constructor(options: LineOptions) {
    this.#options = options;
    const { bus } = options;
    this.bus = {
      ...bus,
      log: this.#log(bus.log),
      queue: this.#queue(bus.queue),
      values: this.#values(bus.values),
      signals: this.#signals(bus.signals),
      outlet: this.#outlet(bus.outlet),
      shelf: this.#shelf(bus.shelf),
      [Symbol.asyncDispose]: () => this.#ask("close", async () => bus[Symbol.asyncDispose]()),
    };
  }

  /** Every stream ends, and must be asked for again. */
  cut(): void {
    this.#connection.abort();
    this.#connection = new AbortController();
  }

  #log(log: Log): Log {
    return {
      append: (gid, rev, ...given) =>
        this.#ask(`append ${gid} ${rev}`, async () => {
          const position = await this.#racing(gid, log.append(gid, rev, ...given));
          this.#options.observer.appended(this.#options.life, { gid, rev });
          return position;
        }),
      read: (gid, after) => this.#ask(`read ${gid}`, () => log.read(gid, after)),
      head: () => this.#ask("head", () => log.head()),
      forget: (gid, position) => this.#ask(`forget ${gid}`, () => log.forget(gid, position)),
      readAll: (after) => this.#stream("readAll", () => log.readAll(after)),
      follow: (after, signal) => this.#followLog(log, after, signal),
    };
  }

  #queue(queue: Queue): Queue {
    return {
      offer: (item) => this.#ask(`offer ${item.uid}`, () => queue.offer(item)),
      done: (uid) => this.#ask(`done ${uid}`, () => queue.done(uid)),
      prepare: (wanted) => this.#ask("prepare", () => queue.prepare(wanted)),
      take: async (wanted, signal) => {
        const connection = this.#connection.signal;
        const item = await this.#ask(
          "take",
          () => queue.take(wanted, AbortSignal.any([signal, connection])),
          { waits: true },
        );
        if (item === undefined && connection.aborted && !signal.aborted) throw this.#away("take");
        return item;
      },
    };
  }

  #values(values: Values): Values {
    return {
      get: (key) => this.#ask(`get ${key}`, () => values.get(key)),
      list: (prefix) => this.#ask(`list ${prefix}`, () => values.list(prefix)),
      put: (key, value, options) =>
        this.#ask(`put ${key}`, () => values.put(key, value, options), {
          mayBeLate: options?.expect !== undefined,
        }),
      remove: (key, expect) =>
        this.#ask(`remove ${key}`, () => values.remove(key, expect), {
          mayBeLate: expect !== undefined,
        }),
    };
  }

  #outlet(outlet: Outlet): Outlet {
    return {
      append: (entries, head) =>
        this.#ask("feed", () => this.#racing("feed", outlet.append(entries, head))),
      head: () => this.#ask("feed", () => outlet.head()),
      forget: (head) => this.#ask("feed", () => outlet.forget(head)),
      read: (after) => this.#stream("feed", () => outlet.read(after)),
      follow: (after, options) =>
        this.#stream(
          "feed",
          (signal) => outlet.follow(after, { ...options, signal }),
          options.signal,
        ),
    };
  }

  #shelf(shelf: Shelf): Shelf {
    return {
      position: (view) => this.#ask("shelf", () => shelf.position(view)),
      get: (view, keys) => this.#ask("shelf", () => shelf.get(view, keys)),
      find: (view, tag) => this.#ask("shelf", () => shelf.find(view, tag)),
      put: (view, rows, from, to) => this.#ask("shelf", () => shelf.put(view, rows, from, to)),
      clear: (view) => this.#ask("shelf", () => shelf.clear(view)),
    };
  }

  #signals(signals: Signals): Signals {
    const { schedule, chooser, life, faults, isCut } = this.#options;
    return {
      publish: (subject, data) => {
        if (isCut()) return;
        const { thereMs } = this.#fate("publish");
        schedule.add(thereMs, {
          who: "bus",
          what: `${life} publish ${subject}`,
          act: () => signals.publish(subject, data),
        });
      },
      subscribe: (prefix, handler) =>
        signals.subscribe(prefix, (subject, data) => {
          const times = isCut() ? 0 : timesSaid(faults(), chooser);
          for (let time = 0; time < times; time += 1) {
            const { backMs } = this.#fate("signal");
            const what = `${life} hears ${subject}`;
            const act = (): void => this.#hear(handler, subject, data);
            schedule.add(backMs, { who: life, what, act });
          }
        }),
      kept: (prefix) => this.#ask(`kept ${prefix}`, () => signals.kept(prefix)),
    };
  }

  /** A subscriber that throws stops nobody, on this bus too. */
  #hear(handler: Parameters<Signals["subscribe"]>[1], subject: string, data: string): void {
    try {
      handler(subject, data);
    } catch (error) {
      this.#options.observer.threw(this.#options.life, error);
    }
  }

  async #racing<T>(what: string, race: Promise<T>): Promise<T> {
    try {
      return await race;
    } catch (error) {
      this.#options.observer.beaten(this.#options.life, what);
      throw error;
    }
  }

  #fate(what: string): Fate {
    const [request = ""] = what.split(" ", 1);
    return this.#options.chooser.pick(request, fatesOf(this.#options.faults(), request));
  }

  #away(what: string): BusError {
    return new BusError("unavailable", `${this.#options.life}: no answer to ${what}`);
  }

  /**
   * Asks the bus and hears its answer, as fate has it. `waits`: the bus may take its time.
   * `mayBeLate`: it does no harm when it is carried out after its sender has gone on.
   */
  #ask<T>(
    what: string,
    carryOut: () => Promise<T>,
    { mayBeLate = true, waits = false } = {},
  ): Promise<T> {
    const { isCut, life, observer, crash, stall } = this.#options;
    const fate = this.#fate(what);
    const fault = fate.fault === "late" && (waits || !mayBeLate) ? "request lost" : fate.fault;
    if (fault !== undefined) observer.fault(`${life} ${what}: ${fault}`);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const hear = (afterMs: number, tell: () => void): void =>
      this.#post(afterMs, life, `${life} hears ${what}`, tell);
    const giveUp = (): void => hear(timeoutMs, () => reject(this.#away(what)));
    const answer = (tell: () => void): void => {
      if (fault === "stall") stall();
      if (fault === "crash") crash();
      else if (fault === "answer lost" || isCut()) giveUp();
      else if (fault === undefined || fault === "stall") hear(fate.backMs, tell);
    };
    const arrive = (): void => {
      if (isCut()) return giveUp();
      return void carryOut().then(
        (found) => answer(() => resolve(found)),
        (error: Error) => answer(() => reject(error)),
      );
    };
    if (fault === "request lost" || fault === "late") giveUp();
    if (fault !== "request lost") this.#post(fate.thereMs, "bus", `${life} ${what}`, arrive);
    return promise;
  }

  async *#followLog(
    log: Log,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Stored[]> {
    const { observer, life } = this.#options;
    for await (const batch of this.#stream("follow", (ended) => log.follow(after, ended), signal)) {
      for (const commit of batch) observer.told(life, commit);
      yield batch;
    }
  }

  /**
   * What the bus streams, one after the other; fails with `unavailable` when the line is cut. Goes
   * on until `signal` aborts, where there is one; `open` is given what ends it here.
   */
  async *#stream<T>(
    what: string,
    open: (ended: AbortSignal) => AsyncIterable<T>,
    signal?: AbortSignal,
  ): AsyncGenerator<T> {
    const connection = this.#connection.signal;
    const reader = new AbortController();
    const ends = [connection, reader.signal, ...(signal === undefined ? [] : [signal])];
    const items = open(AbortSignal.any(ends))[Symbol.asyncIterator]();
    try {
      for (;;) {
        const item = await this.#ask(what, () => items.next(), { waits: signal !== undefined });
        if (signal?.aborted === true) return;
        if (connection.aborted) throw this.#away(what);
        if (item.done === true) return;
        yield item.value;
      }
    } finally {
      reader.abort();
    }
  }

  #post(afterMs: number, who: string, what: string, act: () => void): void {
    this.#options.schedule.add(afterMs, { who, what, act });
  }
}
