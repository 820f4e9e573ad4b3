/**
 * The line to the nodes: a request goes to any of them. While none answers, another one is asked
 * beside it, with the same id, and the first answer counts: a node that hangs holds up nobody, and
 * one that is slow is heard. All that is asked over it may be asked twice.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Message, Requests } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import type { Refusal } from "../machines/refusal.ts";
import { Copies, type Heard } from "./copies.ts";
import { Pace } from "./pace.ts";
import { valueOf } from "./reply.ts";
import { isQuery } from "./subjects.ts";

/** However slow the nodes were, others are asked from then on; a question costs little. */
const queryMsMax = 2_000;
const commandMsMax = 4_000;
/** Who asks once waits out a leader's death, which stalls writes for 6 s or so. */
const onceMsMax = 12_000;
const waitMsMin = 50;
const waitMsMax = 1_000;
/** Who waits for longer hears why. */
const silentMs = 2_000;

interface Patience {
  /** After which it is not asked again, 0 = asked once. */
  readonly patienceMs: number;
  /** Hears what a request has to wait for; undefined: nodes answer again. */
  readonly onWait?: (why: string | undefined) => void;
}

interface Question<T> {
  readonly subject: string;
  readonly message: Message;
  readonly read: (reply: Message) => T;
}

export class NodeLine {
  readonly #requests: Requests;
  readonly #world: World;
  readonly #patience: Patience;
  readonly #pace = new Pace();
  #servedMs = -Infinity;
  #isToldToWait = false;

  constructor(requests: Requests, world: World, patience: Patience) {
    this.#requests = requests;
    this.#world = world;
    this.#patience = patience;
  }

  /**
   * What a node replied; `refused` makes a value of a refusal. Fails with the BusError that a node
   * replied, and with `unavailable` when none did in time, or the one that did is going: the
   * outcome is unknown then.
   */
  async ask<T>(subject: string, message: Message, refused: (refusal: Refusal) => T): Promise<T> {
    const question = { subject, message, read: (reply: Message) => heard(reply, refused) };
    const isOnce = this.#patience.patienceMs === 0;
    const value = await (isOnce ? this.#askOnce(question) : this.#askOn(question));
    this.#pace.served();
    this.#servedMs = this.#world.monotonic();
    if (this.#isToldToWait) this.#patience.onWait?.(undefined);
    this.#isToldToWait = false;
    return value;
  }

  async #askOnce<T>({ subject, message, read }: Question<T>): Promise<T> {
    const timeoutMs = this.#pace.firstMs(onceMsMax);
    const said = await this.#send(subject, message, timeoutMs);
    if ("reply" in said) return read(said.reply);
    if (!said.isSilence) throw said.error;
    this.#pace.silent(timeoutMs);
    throw silence(subject, timeoutMs, said.error);
  }

  async #askOn<T>({ subject, message, read }: Question<T>): Promise<T> {
    const msMax = isQuery(subject) ? queryMsMax : commandMsMax;
    const startMs = this.#world.monotonic();
    const endMs = startMs + this.#patience.patienceMs;
    const copies = new Copies(this.#world);
    let trouble: BusError | undefined;
    let waitMs = waitMsMin;
    for (let nowMs = startMs, nextMs = startMs; ; nowMs = this.#world.monotonic()) {
      if (nowMs >= endMs) throw gaveUp(subject, nowMs - startMs, trouble);
      if (nowMs - startMs >= silentMs) this.#tellToWait(startMs, subject, trouble);
      if (nowMs >= nextMs) {
        if (copies.underWay === 0 || this.#pace.mayCopy()) {
          copies.add(this.#send(subject, message, endMs - nowMs));
        }
        nextMs = nowMs + (nowMs === startMs ? this.#pace.firstMs(msMax) : this.#pace.againMs);
      }
      const said = await copies.next(Math.min(nextMs, endMs) - nowMs);
      if (said === undefined || ("isSilence" in said && said.isSilence)) continue;
      try {
        if ("reply" in said) return read(said.reply);
        throw said.error;
      } catch (error) {
        if (!(error instanceof BusError && error.code === "unavailable")) throw error;
        trouble = error;
      }
      const pauseMs = waitMs * (0.5 + this.#world.random());
      nextMs = Math.min(nextMs, this.#world.monotonic() + pauseMs);
      waitMs = Math.min(waitMsMax, waitMs * 2);
    }
  }

  /** Sends one copy; never rejects. */
  async #send(subject: string, message: Message, timeoutMs: number): Promise<Heard> {
    const sentMs = this.#world.monotonic();
    try {
      const reply = await this.#requests.request(subject, message, { timeoutMs });
      this.#pace.answered(this.#world.monotonic() - sentMs);
      return { reply };
    } catch (error) {
      const isPassing = error instanceof BusError && error.code === "unavailable";
      return { error, isSilence: isPassing && this.#world.monotonic() - sentMs >= timeoutMs };
    }
  }

  /** Says so once, and not while others on this line are served. */
  #tellToWait(startMs: number, subject: string, trouble: BusError | undefined): void {
    if (this.#isToldToWait || this.#servedMs >= startMs) return;
    this.#isToldToWait = true;
    const waitedMs = this.#world.monotonic() - startMs;
    const why = trouble?.message ?? silenceText(subject, waitedMs);
    this.#patience.onWait?.(`${why}; asking again`);
  }
}

function silenceText(subject: string, ms: number): string {
  return `asking ${subject}: nobody answered in ${Math.round(ms / 1_000)} s`;
}

/** What was no mere question may have been done. */
function silence(subject: string, ms: number, cause?: unknown): BusError {
  const outcome = isQuery(subject) ? "" : ": the outcome is unknown";
  return new BusError("unavailable", silenceText(subject, ms) + outcome, { cause });
}

function gaveUp(subject: string, ms: number, trouble: BusError | undefined): BusError {
  if (trouble === undefined) return silence(subject, ms);
  const text = `${trouble.message}; gave up after ${Math.round(ms / 1_000)} s`;
  return new BusError("unavailable", text, { cause: trouble });
}

/** What one node has to say of itself (it closes, it lost its races) says nothing of the next. */
function heard<T>(reply: Message, refused: (refusal: Refusal) => T): T {
  try {
    return valueOf(reply, refused);
  } catch (error) {
    if (!(error instanceof BusError && ["closed", "conflict"].includes(error.code))) throw error;
    throw new BusError("unavailable", error.message, { cause: error });
  }
}

/** For what is never refused, unless it was asked wrongly. */
export function unexpected({ refused }: Refusal): never {
  throw new BusError("foreign", `a node refused what it should know: ${refused}`);
}
