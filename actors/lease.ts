/**
 * A lease: the expiring value that says a worker's session is alive. A session whose lease could
 * not be renewed in time stops itself before anybody else may think it gone; its id is never used
 * again.
 */
import { z } from "zod";
import { BusError } from "../bus/bus-error.ts";
import type { Tags, Value, Values } from "../bus/bus.ts";
import { textOf, tokenOf } from "../bus/token.ts";
import type { World } from "../bus/world.ts";
import { isPassing } from "./patience.ts";
import { whyNotTags } from "./tag-form.ts";
import { whyNotWorkerName } from "./worker-name.ts";

export interface SessionInfo {
  readonly session: string;
  readonly worker: string;
  readonly host: string;
  readonly pid: number;
  /** What it takes when it is offered; none when it runs only jobs of its own. */
  readonly types: readonly string[];
  /** Of these types it takes only some jobs, by their arguments. */
  readonly picks: readonly string[];
  readonly concurrency: number;
  /** What it has, and jobs may require. */
  readonly tags: Tags;
}

const prefix = "lease.";

/** Where the lease of a worker's session is kept: rights say under whose name one may write. */
export function leaseKey({ worker, session }: Pick<SessionInfo, "worker" | "session">): string {
  return `${prefix}${tokenOf(worker)}.${tokenOf(session)}`;
}

export class Lease implements AsyncDisposable {
  readonly info: SessionInfo;
  readonly #values: Values;
  readonly #key: string;
  readonly #world: World;
  readonly #ttlMs: number;
  readonly #ended = new AbortController();
  #version = 0;
  /** Whether a renewal got no answer: what is found instead of `#version` is that one then. */
  #isInDoubt = false;
  #deadline = { wall: 0, monotonic: 0 };
  #loops: Promise<unknown> = Promise.resolve();

  private constructor(values: Values, world: World, info: SessionInfo, ttlMs: number) {
    this.#values = values;
    this.#key = leaseKey(info);
    this.#world = world;
    this.info = info;
    this.#ttlMs = ttlMs;
  }

  /**
   * Begins a session; renews until it is disposed of or lost. Fails with a TypeError when its
   * worker's name or tags are malformed.
   */
  static async open(
    values: Values,
    world: World,
    info: SessionInfo,
    ttlMs: number,
  ): Promise<Lease> {
    const why = whyNotWorkerName(info.worker) ?? whyNotTags(info.tags);
    if (why !== undefined) throw new TypeError(`worker '${info.worker}': ${why}`);
    const lease = new Lease(values, world, info, ttlMs);
    await lease.#renew();
    lease.#loops = Promise.all([lease.#keep(), lease.#watch()]);
    return lease;
  }

  /** The sessions that are alive by their leases; what is no lease of who may write it is none. */
  static async live(values: Values): Promise<readonly SessionInfo[]> {
    const leases = await values.list(prefix);
    return leases.map(sessionOf).filter((info) => info !== undefined);
  }

  /** Aborts when the session is over, whatever ended it. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Whether the session may still act: its deadline has passed on neither clock. */
  isAlive(): boolean {
    const { wall, monotonic } = this.#deadline;
    const inTime = this.#world.now() < wall && this.#world.monotonic() < monotonic;
    if (!inTime) this.#ended.abort();
    return !this.#ended.signal.aborted;
  }

  /** Ends the session now; whoever waits for `ended` goes on. */
  end(): void {
    this.#ended.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#loops;
    try {
      await this.#values.remove(this.#key, this.#version);
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
    }
  }

  async #renew(): Promise<void> {
    const marginMs = this.#ttlMs / 5;
    const lastsMs = this.#ttlMs - marginMs;
    const deadline = {
      wall: this.#world.now() + lastsMs,
      monotonic: this.#world.monotonic() + lastsMs,
    };
    this.#version = await this.#put();
    this.#deadline = deadline;
  }

  async #put(): Promise<number> {
    const mayBeRenewed = this.#isInDoubt;
    this.#isInDoubt = true;
    try {
      return await this.#putOver();
    } catch (error) {
      const renewed = mayBeRenewed && this.isAlive() ? foundBy(error) : undefined;
      if (renewed === undefined) throw error;
      this.#version = renewed;
      return await this.#putOver();
    }
  }

  async #putOver(): Promise<number> {
    const [value, ttlMs] = [JSON.stringify(this.info), this.#ttlMs];
    const version = await this.#values.put(this.#key, value, { expect: this.#version, ttlMs });
    this.#isInDoubt = false;
    return version;
  }

  /** Ends the session at its deadline, even while a renewal gets no answer. */
  async #watch(): Promise<void> {
    while (this.isAlive()) {
      const { wall, monotonic } = this.#deadline;
      const leftMs = Math.min(wall - this.#world.now(), monotonic - this.#world.monotonic());
      await this.#world.sleep(leftMs, this.#ended.signal);
    }
  }

  async #keep(): Promise<void> {
    let waitMs = this.#ttlMs / 4;
    while (!this.#ended.signal.aborted) {
      await this.#world.sleep(waitMs, this.#ended.signal);
      if (!this.isAlive()) return;
      try {
        await this.#renew();
        waitMs = this.#ttlMs / 4;
      } catch (error) {
        if (!isPassing(error)) this.#ended.abort(error);
        waitMs = this.#ttlMs / 20;
      }
    }
  }
}

/** The version that is there instead of the expected one; undefined where there is none. */
function foundBy(error: unknown): number | undefined {
  if (!(error instanceof BusError && error.code === "conflict")) return undefined;
  return error.found || undefined;
}

/** What a lease says beside its key; worker and session stand there as well, for people. */
const leaseValue = z.object({
  session: z.string().optional(),
  worker: z.string().optional(),
  host: z.string().catch(""),
  pid: z.number().catch(0),
  types: z.array(z.string()).catch([]),
  picks: z.array(z.string()).catch([]),
  concurrency: z.number().catch(0),
  tags: z.record(z.string(), z.string()).catch({}),
});

/** Undefined for what does not parse, and for what names others than its key does. */
function sessionOf({ key, value }: Value): SessionInfo | undefined {
  const [, worker = "", session = "", ...more] = key.split(".").map(textOf);
  if (session === "" || more.length > 0) return undefined;
  const said = leaseValue.safeParse(parse(value)).data;
  if (said === undefined) return undefined;
  const isOwn = (said.worker ?? worker) === worker && (said.session ?? session) === session;
  return isOwn ? { ...said, worker, session } : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
