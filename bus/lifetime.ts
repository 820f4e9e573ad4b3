/**
 * How long a bus is open: what waits ends when it closes, and what comes later is told so.
 */
import { BusError } from "./bus-error.ts";

export class Lifetime {
  readonly url: string;
  readonly #closing = new AbortController();

  constructor(url: string) {
    this.url = url;
  }

  /** Aborts when the bus closes. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Fails with `closed` once the bus is closed. */
  assertOpen(): void {
    if (this.#closing.signal.aborted) {
      throw new BusError("closed", `${this.url}: expected an open bus, it was closed before`);
    }
  }

  close(): void {
    this.#closing.abort();
  }
}
