/**
 * How far a stream goes, as its leader knows it; and whether it still is the stream that was
 * opened: not deleted, not another one under the same name, and not shorter than it was.
 */
import type { StreamInfo } from "@nats-io/jetstream";
import { BusError } from "../bus-error.ts";
import type { Failure } from "./failure.ts";
import type { Link } from "./link.ts";
import { apiCodeOf, apiCodes, natsError } from "./nats-error.ts";
import { generationOf } from "./stream-metadata.ts";

/** A new leader may know less for a moment: only what is found so often in a row is believed. */
const findingsMin = 5;
const findingMs = 400;

export interface Expectation {
  readonly stream: string;
  /** That of the history; absent where the stream does not carry one. */
  readonly generation?: string;
  /** Nodes make it again, of what is in the log, when they start. */
  readonly isMadeAgain?: boolean;
}

export class StreamHead {
  readonly #link: Link;
  readonly #expected: Expectation;
  readonly #failure: Failure;
  #known = 0;

  constructor(link: Link, expected: Expectation, failure: Failure) {
    this.#link = link;
    this.#expected = expected;
    this.#failure = failure;
  }

  /** The last sequence that is known to have been there. */
  get known(): number {
    return this.#known;
  }

  /** Notes a sequence that was seen, or acknowledged. */
  note(seq: number): void {
    if (seq > this.#known) this.#known = seq;
  }

  /**
   * The last sequence that was ever given, from the leader. Fails with `unavailable`, and for
   * good with `corrupt` or `foreign` once the history is lost.
   */
  async read(): Promise<number> {
    for (let findings = 1; ; findings += 1) {
      this.#link.life.assertOpen();
      this.#failure.assertNone();
      const answer = await this.#ask();
      if (typeof answer === "number") {
        this.note(answer);
        return answer;
      }
      if (findings === findingsMin) this.#failure.note(answer);
      else await this.#link.world.sleep(findingMs, this.#link.life.closing);
    }
  }

  /** The last sequence, or what is wrong with the stream. */
  async #ask(): Promise<number | BusError> {
    const { stream } = this.#expected;
    const known = this.#known;
    try {
      const info = await this.#link.jsm.streams.info(stream);
      return this.#wrong(info, known) ?? info.state.last_seq;
    } catch (error) {
      this.#link.life.assertOpen();
      if (apiCodeOf(error) !== apiCodes.noStream) throw natsError(error, `asking for ${stream}`);
      return this.#lost("it was deleted");
    }
  }

  #wrong(info: StreamInfo, known: number): BusError | undefined {
    const { generation } = this.#expected;
    const found = generationOf(info.config);
    if (generation !== undefined && found !== generation) {
      const what = `expected generation ${generation}, found ${found ?? "none"}`;
      return this.#lost(`another history is under its name now (${what})`, "foreign");
    }
    const { last_seq: last } = info.state;
    return last < known ? this.#lost(`it went back from ${known} to ${last}`) : undefined;
  }

  #lost(what: string, code: "corrupt" | "foreign" = "corrupt"): BusError {
    const { stream, isMadeAgain = false } = this.#expected;
    const advice = isMadeAgain
      ? "Start the nodes again: they make it anew, of what is in the log"
      : "Nothing was repaired: stop what uses it, restore it from a backup, and start again";
    return new BusError(code, `${this.#link.life.url}: stream ${stream}: ${what}. ${advice}`);
  }
}
