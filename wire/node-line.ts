/**
 * The line to the nodes: a request goes to any of them, and is asked again, with the same id, while
 * none answers. All that is asked over it may be asked twice.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Message, Requests } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import type { Refusal } from "../machines/refusal.ts";
import { valueOf } from "./reply.ts";

/** Who has not answered by then may have died at it: another node is asked. */
const timeoutMsMin = 1_000;
/** Until it is known how fast the nodes are. */
const timeoutMsFirst = 4_000;
/** An answer may take so many times as long as the last one did. */
const timeoutFactor = 8;
/** A leader's death stalls writes for 6 s or so; a node waits that out before it answers. */
const timeoutMsMax = 12_000;
const waitMsMin = 50;
const waitMsMax = 1_000;
/** Who waits for longer hears why. */
const silentMs = 1_000;

interface Patience {
  /** After which it is not asked again, 0 = asked once. */
  readonly patienceMs: number;
  /** Hears once, of each request that has to wait, what it waits for. */
  readonly onWait?: (error: unknown) => void;
}

export class NodeLine {
  readonly #requests: Requests;
  readonly #world: World;
  readonly #patience: Patience;
  #timeoutMs = timeoutMsFirst;

  constructor(requests: Requests, world: World, patience: Patience) {
    this.#requests = requests;
    this.#world = world;
    this.#patience = patience;
  }

  /**
   * What a node replied; `refused` makes a value of a refusal. Fails with the BusError that a node
   * replied, and with `unavailable` when none did in time: the outcome is unknown then.
   */
  async ask<T>(subject: string, message: Message, refused: (refusal: Refusal) => T): Promise<T> {
    const { patienceMs, onWait } = this.#patience;
    const startMs = this.#world.monotonic();
    let isSilent = true;
    for (let waitMs = waitMsMin; ; waitMs = Math.min(waitMsMax, waitMs * 2)) {
      const askedMs = this.#world.monotonic();
      const timeoutMs = this.#timeoutMs;
      try {
        const reply = await this.#requests.request(subject, message, { timeoutMs });
        this.#allow(timeoutFactor * (this.#world.monotonic() - askedMs));
        return valueOf(reply, refused);
      } catch (error) {
        const isPassing = error instanceof BusError && error.code === "unavailable";
        const nowMs = this.#world.monotonic();
        if (isPassing && nowMs - askedMs >= timeoutMs) this.#allow(timeoutMs * 2);
        const waitedMs = nowMs - startMs;
        if (!isPassing || waitedMs >= patienceMs) throw error;
        if (isSilent && waitedMs >= silentMs) onWait?.(error);
        isSilent &&= waitedMs < silentMs;
        await this.#world.sleep(waitMs * (0.5 + this.#world.random()));
      }
    }
  }

  #allow(ms: number): void {
    this.#timeoutMs = Math.min(timeoutMsMax, Math.max(timeoutMsMin, ms));
  }
}

/** For what is never refused, unless it was asked wrongly. */
export function unexpected({ refused }: Refusal): never {
  throw new BusError("foreign", `a node refused what it should know: ${refused}`);
}
