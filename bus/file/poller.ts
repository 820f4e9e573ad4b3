/**
 * The poller: looks every 20 to 35 ms what other processes did, but only while somebody wants to
 * know. Who waits in the foreground (a follower, a taker) keeps the process alive meanwhile; a
 * subscription, in the background, does not.
 */
import { Bell } from "../bell.ts";
import type { World } from "../world.ts";

const everyMs = 20;
const jitterMs = 15;

export class Poller {
  readonly #world: World;
  readonly #closing: AbortSignal;
  readonly #look: () => void;
  readonly #holders = { foreground: 0, background: 0 };
  readonly #isPolling = { foreground: false, background: false };

  constructor(world: World, closing: AbortSignal, look: () => void) {
    this.#world = world;
    this.#closing = closing;
    this.#look = look;
  }

  /** Keeps looking until what it returns is disposed of. */
  hold(kind: "foreground" | "background"): Disposable {
    this.#holders[kind] += 1;
    if (!this.#isPolling[kind]) void this.#poll(kind);
    return { [Symbol.dispose]: () => void (this.#holders[kind] -= 1) };
  }

  async #poll(kind: "foreground" | "background"): Promise<void> {
    this.#isPolling[kind] = true;
    while (this.#holders[kind] > 0 && !this.#closing.aborted) {
      const background = kind === "background";
      const ms = everyMs + this.#world.random() * jitterMs;
      await this.#world.sleep(ms, this.#closing, { background });
      if (!this.#closing.aborted) this.#look();
    }
    this.#isPolling[kind] = false;
  }
}

/** A bell that other processes can ring: while somebody waits for it, the poller looks. */
export class PolledBell extends Bell {
  readonly #poller: Poller;

  constructor(poller: Poller) {
    super();
    this.#poller = poller;
  }

  override async after(seen: number, signal: AbortSignal): Promise<void> {
    const looking = this.#poller.hold("foreground");
    await super.after(seen, signal);
    looking[Symbol.dispose]();
  }
}
