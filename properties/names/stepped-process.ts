/**
 * A process that stops before every call to the bus, until somebody lets it go on. The desk and
 * the names in it are the real ones; only their ports wait. Whoever steps it decides what becomes
 * of a call: done and answered, done and the answer lost, or lost on the way there.
 */
import { BusError } from "../../bus/bus-error.ts";
import type { Bus, Stored, Value } from "../../bus/bus.ts";
import type { World } from "../../bus/world.ts";

/** What becomes of a call. `unanswered`: done, but the caller hears `unavailable`. */
export type Fate = "answered" | "unanswered" | "undone";

interface Call {
  /** For people: `get name.a`. */
  readonly text: string;
  /** It changes something: its answer matters enough to be lost. */
  readonly isWrite: boolean;
  /** What the caller can learn from the answer. */
  readonly words: (value: unknown) => string;
  readonly run: () => Promise<unknown>;
  readonly answer: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
}

export class SteppedProcess {
  readonly bus: Bus;
  /** The version of each value that it has read last, 0 for none. */
  readonly versions = new Map<string, number>();
  /** Everything that it was answered, but for positions and versions. */
  heard = "";
  #call: Call | undefined;
  #stop = Promise.withResolvers<void>();
  #isOver = false;

  constructor(bus: Bus) {
    this.bus = { ...bus, ...this.#ports(bus) };
  }

  /** The call before which it stands; undefined when it has nothing left to do. */
  get call(): Pick<Call, "text" | "isWrite"> | undefined {
    return this.#call;
  }

  /** Begins the work and resolves when it stands before its first call, or is done. */
  async begin(work: () => Promise<void>): Promise<void> {
    const end = (): void => {
      this.#isOver = true;
      this.#stop.resolve();
    };
    const fail = (error: unknown): void => this.#stop.reject(error);
    work().then(end, fail);
    await this.#stop.promise;
  }

  /**
   * Lets the call happen and resolves when the process stands before the next one, or is done.
   * `meanwhile` happens between the call and its answer.
   */
  async step(fate: Fate, meanwhile: () => void = () => {}): Promise<void> {
    const call = this.#call;
    if (call === undefined || this.#isOver) throw new Error("nothing to go on with");
    const result = fate === "undone" ? unavailable(call) : await settled(call);
    meanwhile();
    this.#call = undefined;
    this.#stop = Promise.withResolvers<void>();
    const heard = fate === "answered" ? result : unavailable(call);
    if ("error" in heard) call.fail(heard.error);
    else call.answer(heard.value);
    this.heard += `${call.text}: ${"error" in heard ? "failed" : call.words(heard.value)}\n`;
    await this.#stop.promise;
  }

  #ports({ log, values }: Bus): Pick<Bus, "log" | "values"> {
    return {
      log: {
        ...log,
        append: (gid, rev, text) =>
          this.#write(`append ${gid} ${rev}`, () => log.append(gid, rev, text)),
        read: (gid, after) => {
          const kind = { isWrite: false, words: textsOf };
          return this.#ask(`read ${gid}`, kind, () => log.read(gid, after));
        },
      },
      values: {
        ...values,
        get: (key) => {
          const words = (found: Value | undefined): string => {
            this.versions.set(key, found?.version ?? 0);
            return found?.value ?? "";
          };
          return this.#ask(`get ${key}`, { isWrite: false, words }, () => values.get(key));
        },
        put: (key, value, options) =>
          this.#write(`put ${key}`, () => values.put(key, value, options)),
        remove: (key, expect) => this.#write(`remove ${key}`, () => values.remove(key, expect)),
      },
    };
  }

  #write<T>(text: string, run: () => Promise<T>): Promise<T> {
    return this.#ask(text, { isWrite: true, words: () => "done" }, run);
  }

  #ask<T>(
    text: string,
    { isWrite, words }: { readonly isWrite: boolean; readonly words: (value: T) => string },
    run: () => Promise<T>,
  ): Promise<T> {
    if (this.#call !== undefined) throw new Error(`${text} beside ${this.#call.text}`);
    return new Promise<T>((answer, fail) => {
      const call = { text, isWrite, words, run, answer, fail };
      this.#call = call as unknown as Call;
      this.#stop.resolve();
    });
  }
}

function textsOf(commits: readonly Stored[]): string {
  return commits.map(({ text }) => text).join("\n");
}

type Result = { readonly value: unknown } | { readonly error: unknown };

async function settled({ run }: Call): Promise<Result> {
  try {
    return { value: await run() };
  } catch (error) {
    return { error };
  }
}

function unavailable({ text }: Call): Result {
  return { error: new BusError("unavailable", `${text}: no answer`) };
}

/** A world in which time is what `clock` says; it gives ids that begin with `name`, and no more. */
export function stillWorld(clock: { readonly nowMs: number }, name: string): World {
  let ids = 0;
  return {
    now: () => clock.nowMs,
    id: () => `${name}${(ids += 1)}`,
    monotonic: useless,
    sleep: useless,
    random: useless,
  };
}

function useless(): never {
  throw new Error("names have a use for the time of day and for ids, and no other");
}
