/**
 * Replies in parts: what is too large for one message is sent as several to the same address, the
 * header `Job-Part: 2/5` on each; the reply's own headers come with the first.
 */
import type { Msg } from "@nats-io/transport-node";
import type { Headers, Message } from "../bus.ts";
import { fieldsOf } from "./stored-message.ts";

export interface Part {
  readonly data: Uint8Array;
  readonly headers: Headers;
}

const partHeader = "Job-Part";

/** The whole reply when it is no larger than `sizeBytesMax`, else its parts. */
export function partsOf({ data, headers }: Message, sizeBytesMax: number): readonly Part[] {
  const bytes = Buffer.from(data);
  const count = Math.ceil(bytes.length / sizeBytesMax);
  if (count <= 1) return [{ data: bytes, headers }];
  return Array.from({ length: count }, (_, index) => ({
    data: bytes.subarray(index * sizeBytesMax, (index + 1) * sizeBytesMax),
    headers: { ...(index === 0 ? headers : {}), [partHeader]: `${index + 1}/${count}` },
  }));
}

/** Puts one reply together from what comes in. */
export class Parts {
  readonly #parts = new Map<number, Msg>();

  /** The reply, once all of it is there. */
  add(message: Msg): Message | undefined {
    const fields = fieldsOf(message.headers);
    const place = fields.get(partHeader);
    if (place === undefined) return { data: textOf([message.data]), headers: toHeaders(fields) };
    const [number = 0, count = 0] = place.split("/").map(Number);
    if (!(number >= 1 && number <= count)) return undefined;
    this.#parts.set(number, message);
    const first = this.#parts.get(1);
    if (first === undefined || this.#parts.size < count) return undefined;
    const inOrder = [...this.#parts].toSorted(([a], [b]) => a - b);
    const headers = toHeaders(fieldsOf(first.headers));
    return { data: textOf(inOrder.map(([, { data }]) => data)), headers };
  }
}

function toHeaders(fields: ReadonlyMap<string, string>): Headers {
  return Object.fromEntries([...fields].filter(([name]) => name !== partHeader));
}

/** What is not UTF-8 comes as replacement characters. */
export function textOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString();
}
