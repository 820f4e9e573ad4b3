/**
 * Values as a stream that keeps one message a subject, laid out as the tools for key-value buckets
 * know it: the version is the message's sequence, an expiry its time to live, and a removed value
 * a mark that goes away by itself. Values are leases and locks: what is read is the leader's.
 */
import { BusError } from "../bus-error.ts";
import type { Headers, Value, Values } from "../bus.ts";
import { expectVersion } from "../conflict.ts";
import { assertValueKey, isValueKey } from "../value-key.ts";
import { asking } from "./asking.ts";
import { lastMessage, lastMessages } from "./last-messages.ts";
import type { Link } from "./link.ts";
import { apiCodes, natsError } from "./nats-error.ts";
import { storeMessage } from "./store-message.ts";
import type { StoredMessage } from "./stored-message.ts";

/** What the mark of a removed value lives: long enough for whoever watches the bucket. */
const markTtlMs = 2_000;
const operation = "KV-Operation";
/** Each further try means that somebody else wrote the key in between. */
const triesMax = 10;

export function natsValues(link: Link): Values {
  const stream = link.names.streams.values;
  const root = `$KV.${link.names.bucket}.`;

  const last = async (key: string) => {
    link.life.assertOpen();
    if (!isValueKey(key)) return undefined;
    return asking(link, `reading the value ${key}`, () => lastMessage(link, stream, root + key));
  };

  /** After the server said that it is not `expect`, which is the truth even if one may not read. */
  const lastInstead = async (key: string, expect = 0, found?: number) => {
    try {
      return await last(key);
    } catch (cause) {
      if (expect === 0) throw cause;
      const text = `${key}: expected version ${expect}, found another`;
      throw new BusError("conflict", text, { cause, found });
    }
  };

  /** Stores if the key's last message is the expected one; else says which is, if it is known. */
  const store = async (doing: string, key: string, data: string, headers: Headers) => {
    const outcome = await storeMessage(link, doing, { subject: root + key, data, headers });
    if ("sequence" in outcome) return { version: outcome.sequence };
    const { refused } = outcome;
    if (refused.code === apiCodes.wrongLast) return { found: foundIn(refused.message) };
    throw natsError(refused, doing);
  };

  return {
    get: async (key) => valueOf(key, await last(key)),

    async put(key, value, { expect, ttlMs } = {}) {
      link.life.assertOpen();
      assertValueKey(key);
      const doing = `putting the value ${key}`;
      let expected = expect;
      for (let tries = 0; tries < triesMax; tries += 1) {
        const headers = { ...expecting(expected), ...living(ttlMs) };
        const stored = await store(doing, key, value, headers);
        if (stored.version !== undefined) return stored.version;
        const found = await lastInstead(key, expect, stored.found);
        expectVersion(key, expect, versionOf(found));
        expected = found?.seq ?? 0;
      }
      throw contended(key);
    },

    async remove(key, expect) {
      const doing = `removing the value ${key}`;
      let version = expect || versionOf(await last(key));
      for (let tries = 0; tries < triesMax; tries += 1) {
        expectVersion(key, expect, version);
        if (version === 0) return;
        const headers = { ...expecting(version), ...living(markTtlMs), [operation]: "DEL" };
        const stored = await store(doing, key, "", headers);
        if (stored.version !== undefined) return;
        version = versionOf(await lastInstead(key, expect, stored.found));
      }
      throw contended(key);
    },

    async list(prefix) {
      const parent = prefix.slice(0, prefix.lastIndexOf(".") + 1);
      const messages = await asking(link, `listing the values ${prefix}…`, async () => {
        const { state } = await link.jsm.streams.info(stream);
        return lastMessages(link, stream, [`${root}${parent}>`], state.last_seq);
      });
      return messages
        .map((message) => valueOf(message.subject.slice(root.length), message))
        .filter((value) => value !== undefined)
        .filter(({ key }) => key.startsWith(prefix))
        .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    },
  };
}

function expecting(version: number | undefined): Headers {
  if (version === undefined) return {};
  return { "Nats-Expected-Last-Subject-Sequence": String(version) };
}

/** The server counts in whole seconds, and from one. */
function living(ttlMs: number | undefined): Headers {
  return ttlMs === undefined ? {} : { "Nats-TTL": `${Math.max(1, Math.ceil(ttlMs / 1000))}s` };
}

/** Marks of what was removed, ours and those of other tools, are no values. */
function valueOf(key: string, message: StoredMessage | undefined): Value | undefined {
  if (message === undefined || message.fields.has(operation)) return undefined;
  return { key, value: message.text, version: message.seq };
}

/** The sequence of the last message, as the server says it; a mark may be that one. */
function foundIn(refused: string): number | undefined {
  const said = /wrong last sequence: (\d+)/.exec(refused)?.[1];
  return said === undefined ? undefined : Number(said);
}

function versionOf(message: StoredMessage | undefined): number {
  return valueOf("", message)?.version ?? 0;
}

function contended(key: string): BusError {
  return new BusError("unavailable", `${key}: others are writing this value all the time`);
}
