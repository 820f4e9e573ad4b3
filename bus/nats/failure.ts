/**
 * Why a bus can no longer be used: its history was lost, or is another one now. Known once, and
 * for good.
 */
import { BusError } from "../bus-error.ts";

export class Failure {
  /** Settles with the reason. */
  readonly settled: Promise<BusError>;
  readonly #settle: (reason: BusError) => void;
  #reason: BusError | undefined;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<BusError>();
    this.settled = promise;
    this.#settle = resolve;
  }

  /** Notes the first reason; later ones follow from it. */
  note(reason: BusError): void {
    this.#reason ??= reason;
    this.#settle(this.#reason);
  }

  /** Fails with the reason, if there is one. */
  assertNone(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }
}
