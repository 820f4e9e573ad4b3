/**
 * The world failed: the one error class of the bus. `code` says what follows: `conflict` read
 * and decide again; `unavailable` the outcome is unknown, try later; `closed` stop; `foreign`,
 * `newer`, `corrupt`, `full`, `readonly`, `denied` (one side does not trust the other) a human is
 * needed, and the message says for what.
 */
export type BusErrorCode =
  | "conflict"
  | "unavailable"
  | "closed"
  | "foreign"
  | "newer"
  | "corrupt"
  | "full"
  | "too-large"
  | "readonly"
  | "denied"
  | "missing"
  | "bad-url";

interface BusErrorOptions extends ErrorOptions {
  readonly found?: number | undefined;
}

export class BusError extends Error {
  override readonly name = "BusError";
  readonly code: BusErrorCode;
  /** Of a `conflict` over a value: the version that is there, 0 for none; absent: unknown. */
  readonly found: number | undefined;

  constructor(code: BusErrorCode, message: string, options: BusErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.found = options.found;
  }
}
