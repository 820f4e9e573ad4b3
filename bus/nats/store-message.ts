/**
 * Storing one message in a stream: published, and acknowledged once it is durable.
 */
import { JetStreamApiError, type ApiError } from "@nats-io/jetstream";
import { headers as newHeaders, type MsgHdrs } from "@nats-io/transport-node";
import type { Headers } from "../bus.ts";
import { answerMsMax, asking } from "./asking.ts";
import type { Link } from "./link.ts";
import { apiCodes, expectFits, natsError } from "./nats-error.ts";

export interface StreamMessage {
  readonly subject: string;
  readonly data: string;
  readonly headers?: Headers;
}

/** The message's sequence in its stream, or what the server says no with. */
export type Outcome = { readonly sequence: number } | { readonly refused: JetStreamApiError };

/** A write to the same subject in flight is over in a millisecond or two. */
const triesMax = 200;

/**
 * Fails with `unavailable` when it is not known whether the message was stored; with `too-large`
 * before it is sent. `doing` begins the message of whatever goes wrong.
 */
export async function storeMessage(
  link: Link,
  doing: string,
  message: StreamMessage,
): Promise<Outcome> {
  expectFits(link.nc, doing, Buffer.byteLength(message.data));
  for (let tries = 1; ; tries += 1) {
    const outcome = await storeOnce(link, doing, message);
    if ("sequence" in outcome || outcome.refused.code !== apiCodes.wrongLastMaybe) return outcome;
    if (tries === triesMax) throw natsError(outcome.refused, doing);
    await link.world.sleep(1 + 4 * link.world.random(), link.life.closing);
  }
}

export function headersOf(headers: Headers): MsgHdrs {
  const made = newHeaders();
  for (const [name, text] of Object.entries(headers)) made.set(name, text);
  return made;
}

async function storeOnce(
  link: Link,
  doing: string,
  { subject, data, headers = {} }: StreamMessage,
): Promise<Outcome> {
  const reply = await asking(link, doing, () =>
    link.nc.request(subject, data, { timeout: answerMsMax, headers: headersOf(headers) }),
  );
  const { seq, error } = reply.json<{ seq: number; error?: ApiError }>();
  return error ? { refused: new JetStreamApiError(error) } : { sequence: seq };
}
