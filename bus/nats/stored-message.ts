/**
 * A message as a stream keeps it, whichever way it came: from any replica (direct get), told when
 * it was stored (republish), or from the stream's leader.
 */
import type { StoredMsg } from "@nats-io/jetstream";
import type { Msg, MsgHdrs } from "@nats-io/transport-node";

export interface StoredMessage {
  readonly seq: number;
  /** What it is stored under. */
  readonly subject: string;
  /** Its headers, the server's among them; of one that is there twice the last. */
  readonly fields: ReadonlyMap<string, string>;
  readonly text: string;
}

/** One that carries its place in headers: got directly, or republished. */
export function fromReplica(message: Msg): StoredMessage {
  const fields = fieldsOf(message.headers);
  return {
    seq: Number(fields.get("Nats-Sequence") ?? 0),
    subject: fields.get("Nats-Subject") ?? message.subject,
    fields,
    text: textOf(message.data),
  };
}

export function fromLeader(message: StoredMsg): StoredMessage {
  return {
    seq: message.seq,
    subject: message.subject,
    fields: fieldsOf(message.header),
    text: textOf(message.data),
  };
}

export function fieldsOf(headers: MsgHdrs | undefined): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [name, values] of headers ?? []) fields.set(name, values.at(-1) ?? "");
  return fields;
}

/** Whether no message is missing between the two: each reply of many names the one before it. */
export function isNext(
  { fields }: Pick<StoredMessage, "fields">,
  last: StoredMessage | undefined,
): boolean {
  return Number(fields.get("Nats-Last-Sequence")) === (last?.seq ?? 0);
}

/** As UTF-8, without dropping a byte order mark as TextDecoder would. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
