/**
 * What the server and its client say when something is wrong, as errors of the bus.
 */
import { JetStreamApiError } from "@nats-io/jetstream";
import {
  ClosedConnectionError,
  DrainingConnectionError,
  type NatsConnection,
  NoRespondersError,
  PermissionViolationError,
  RequestError,
} from "@nats-io/transport-node";
import { BusError } from "../bus-error.ts";

/** Codes of JetStream's errors, as far as something follows from them. */
export const apiCodes = {
  /** The last message is another than was expected. */
  wrongLast: 10_071,
  /** As before, but a write under way has yet to show it: worth trying again at once. */
  wrongLastMaybe: 10_164,
  noMessage: 10_037,
  noStream: 10_059,
  nameInUse: 10_058,
  subjectsOverlap: 10_065,
  notEnabledForAccount: 10_039,
  noPeers: 10_005,
  tooFewPeers: 10_074,
} as const;

const fullCodes = new Set([10_023, 10_028, 10_047]);
const tooLargeCode = 10_054;
/** Whatever the store itself refuses, with its own words. */
const storeFailedCode = 10_077;

/** The JetStream error code in it; 0 when there is none. */
export function apiCodeOf(error: unknown): number {
  return error instanceof JetStreamApiError ? error.code : 0;
}

/** Nobody listens on the subject: no leader just now, no such stream, or JetStream is off. */
export function isUnheard(error: unknown): boolean {
  if (error instanceof NoRespondersError) return true;
  if (error instanceof RequestError) return error.isNoResponders();
  return error instanceof Error && error.cause instanceof RequestError && isUnheard(error.cause);
}

/** This user may not do that. */
export function isForbidden(error: unknown): boolean {
  return violationIn(error) !== undefined;
}

function violationIn(error: unknown): PermissionViolationError | undefined {
  const inner = error instanceof Error ? error.cause : undefined;
  return [error, inner].find((each) => each instanceof PermissionViolationError);
}

function whyDenied({ operation, subject }: PermissionViolationError): string {
  if (operation === "publish") {
    const isApi = subject.startsWith("$JS.API.");
    const hint = isApi ? "; streams in another account are named with ?domain=" : "";
    return `this user is not permitted to publish to ${subject}${hint}`;
  }
  const isInbox = subject.startsWith("_INBOX");
  const hint = isInbox ? "; the replies that it may read are named with ?inbox=" : "";
  return `this user is not permitted to subscribe to ${subject}${hint}`;
}

/**
 * The error as one of the bus: `full`, `too-large`, `denied`, `closed`,
 * `corrupt` (the stream is gone), and else `unavailable`: the outcome is unknown.
 *
 * @param doing what was being done, and where: `appending g rev 3 to nats://host:4222`
 */
export function natsError(error: unknown, doing: string): BusError {
  if (error instanceof BusError) return error;
  const options = { cause: error };
  const said = error instanceof Error ? error.message : String(error);
  const code = apiCodeOf(error);
  const violation = violationIn(error);
  if (violation !== undefined) {
    return new BusError("denied", `${doing}: ${whyDenied(violation)}`, options);
  }
  if (code === apiCodes.noStream) {
    return new BusError("corrupt", `${doing}: the stream is gone`, options);
  }
  if (fullCodes.has(code) || (code === storeFailedCode && /maximum|space/.test(said))) {
    return new BusError("full", `${doing}: the server has no room (${said})`, options);
  }
  if (code === tooLargeCode) return new BusError("too-large", `${doing}: ${said}`, options);
  if (error instanceof ClosedConnectionError || error instanceof DrainingConnectionError) {
    return new BusError("closed", `${doing}: the connection is closed`, options);
  }
  const why = isUnheard(error) ? "nobody answers; perhaps there is no leader just now" : said;
  return new BusError("unavailable", `${doing}: ${why}`, options);
}

/** Room for the headers that we and the server add to a message. */
const headersBytes = 1024;
const payloadBytesMin = 1 << 20;

/** Fails with `too-large` when the server would not take a message of that size. */
export function expectFits(nc: NatsConnection, what: string, sizeBytes: number): void {
  const limitBytes = (nc.info?.max_payload ?? payloadBytesMin) - headersBytes;
  if (sizeBytes <= limitBytes) return;
  throw new BusError(
    "too-large",
    `${what}: ${sizeBytes} bytes, and the server takes ${limitBytes} (its max_payload, less headers)`,
  );
}
