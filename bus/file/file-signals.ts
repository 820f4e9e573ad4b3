/**
 * Signals between processes: a table in the scratch file that only ever holds the newest ones.
 * Subscribers of this bus hear at once, those of other processes when their poller looks.
 */
import type { Signals } from "../bus.ts";
import { isKept, isUnder } from "../subject.ts";
import { Subscribers } from "../subscribers.ts";
import type { Connection } from "./connection.ts";
import type { Poller } from "./poller.ts";
import type { ScratchFile } from "./scratch-file.ts";

const signalsMax = 10_000;
const keptSubjectsMax = 10_000;
/** Signals that wait to be written; what is published beyond that is lost to other processes. */
const unwrittenMax = 10_000;
/** Old ones are deleted once in so many. */
const sweepEvery = 256;

const insert = "INSERT INTO signal (origin, subject, data) VALUES (?, ?, ?)";
const sweep = "DELETE FROM signal WHERE id <= ?";
const keep = "INSERT OR REPLACE INTO kept (subject, data) VALUES (?, ?)";
const sweepKept = "DELETE FROM kept WHERE id <= ?";
const keptOnes = `SELECT subject, data FROM kept
  WHERE subject >= ?1 AND subject < ?1 || char(0x10ffff)`;
const lastOne = "SELECT max(id) AS id FROM signal";
const news = "SELECT id, subject, data FROM signal WHERE id > ? AND origin <> ? ORDER BY id";

export class FileSignals implements Signals {
  readonly #scratch: ScratchFile;
  readonly #poller: Poller;
  readonly #origin: string;
  readonly #subscribers = new Subscribers();
  #unwritten = 0;
  #lastWrite: Promise<void> = Promise.resolve();
  #heard: { readonly from: Connection; id: number } | undefined;

  /** `origin` tells this bus's own signals from those of others. */
  constructor(scratch: ScratchFile, poller: Poller, origin: string) {
    this.#scratch = scratch;
    this.#poller = poller;
    this.#origin = origin;
  }

  publish(subject: string, data: string): void {
    this.#subscribers.tell(subject, data);
    if (this.#unwritten >= unwrittenMax) return;
    this.#unwritten += 1;
    this.#lastWrite = this.#store(subject, data).finally(() => {
      this.#unwritten -= 1;
    });
  }

  subscribe(prefix: string, handler: (subject: string, data: string) => void): Disposable {
    if (this.#subscribers.size === 0) this.#catchUp();
    const subscription = this.#subscribers.add(prefix, handler);
    const holding = this.#poller.hold("background");
    let held = true;
    return {
      [Symbol.dispose]: () => {
        subscription[Symbol.dispose]();
        if (held) holding[Symbol.dispose]();
        held = false;
      },
    };
  }

  async kept(prefix: string): Promise<ReadonlyMap<string, string>> {
    await this.#lastWrite;
    const rows = await this.#scratch.read("reading what signals are kept", (connection) =>
      connection.all<{ subject: string; data: string }>(keptOnes, prefix),
    );
    const under = rows.filter(({ subject }) => isUnder(prefix, subject));
    return new Map(under.map(({ subject, data }) => [subject, data]));
  }

  /** Passes on what other processes published since the last time. */
  deliver(): void {
    if (this.#subscribers.size === 0) return;
    this.#scratch.glance((connection) => {
      if (this.#heard?.from !== connection) this.#heard = { from: connection, id: 0 };
      const { id } = this.#heard;
      for (const signal of connection.all<Signal>(news, id, this.#origin)) {
        this.#heard.id = signal.id;
        this.#subscribers.tell(signal.subject, signal.data);
      }
    });
  }

  #catchUp(): void {
    this.#scratch.glance((from) => {
      this.#heard = { from, id: from.first<{ id: number | null }>(lastOne)?.id ?? 0 };
    });
  }

  async #store(subject: string, data: string): Promise<void> {
    try {
      await this.#scratch.write("publishing a signal", (connection) => {
        const id = connection.insert(insert, this.#origin, subject, data);
        if (id % sweepEvery === 0) connection.change(sweep, id - signalsMax);
        if (!isKept(subject)) return;
        const keptId = connection.insert(keep, subject, data);
        if (keptId % sweepEvery === 0) connection.change(sweepKept, keptId - keptSubjectsMax);
      });
    } catch {
      // A signal may be lost without a word.
    }
  }
}

interface Signal {
  readonly id: number;
  readonly subject: string;
  readonly data: string;
}
