/**
 * The feed as a stream. Each publish expects the sequence before its own, so that of a relay that
 * was overtaken nothing is stored, and of one that failed only the first few entries. Relays that
 * start from the same head have the same to say: should two take turns for a moment, each entry is
 * still there once, in its place.
 */
import { BusError } from "../bus-error.ts";
import type { FeedEntry, Outlet } from "../bus.ts";
import { expectHead } from "../conflict.ts";
import { entriesOf, type Placed } from "../feed.ts";
import { matches } from "../subject.ts";
import { asking } from "./asking.ts";
import { feedHeaders, feedSubject, placedOf, relaySubject } from "./feed-message.ts";
import type { History } from "./history.ts";
import type { Link } from "./link.ts";
import { purge } from "./purge.ts";
import { apiCodes, expectFits, natsError } from "./nats-error.ts";
import { headersOf, type Outcome, storeMessage } from "./store-message.ts";
import type { StoredMessage } from "./stored-message.ts";
import { StoredStream } from "./stored-stream.ts";
import { StoredTail } from "./stored-tail.ts";
import { StreamHead } from "./stream-head.ts";

/** Entries on their way at once. */
const windowEntries = 256;

export function natsOutlet(link: Link, history: History): Outlet {
  const { names, life } = link;
  const name = names.streams.feed;
  const stream = new StoredStream(
    link,
    name,
    new StreamHead(link, { stream: name, isMadeAgain: true }, history.failure),
  );
  const everything = feedSubject(names, "event.>");
  const decode = (message: StoredMessage): Placed => placedOf(names, message);
  const tail = new StoredTail(link, history, { stream, news: everything, decode });
  const assertUsable = () => {
    life.assertOpen();
    history.failure.assertNone();
  };

  const headNow = async () => {
    const head = await stream.head.read();
    const last = await stream.last(everything);
    if (last === undefined) return { head, last };
    return { head: Math.max(head, last.seq), last: decode(last).entry };
  };

  return {
    async append(entries, expectedHead) {
      assertUsable();
      const doing = `${life.url}: appending to the feed after ${expectedHead}`;
      for (const { subject, data } of entries) {
        expectFits(link.nc, `${doing}: ${subject}`, Buffer.byteLength(data));
      }
      if (entries.length === 0) expectHead(expectedHead, await stream.head.read());
      let head = expectedHead;
      for (let i = 0; i < entries.length; i += windowEntries) {
        const window = entries.slice(i, i + windowEntries);
        const outcome = await publish(link, doing, window, head);
        if ("refused" in outcome) {
          if (outcome.refused.code !== apiCodes.wrongLast) throw natsError(outcome.refused, doing);
          expectHead(head, await stream.head.read());
          throw new BusError("unavailable", `${doing}: the feed was not where it is now`);
        }
        head = outcome.sequence;
        stream.head.note(head);
      }
      return head;
    },
    async head() {
      assertUsable();
      return headNow();
    },
    async forget(head) {
      assertUsable();
      const seq = Math.min(head + 1, (await headNow()).head);
      if (seq > 1) await purge(link, name, { seq });
    },
    async *read(after) {
      assertUsable();
      for await (const messages of stream.all(after, everything)) {
        for (const message of messages) yield decode(message).entry;
      }
    },
    follow(after, { signal, pattern = ">" }) {
      const subject = feedSubject(names, pattern);
      const has = ({ entry }: Placed) => matches(pattern, entry.subject);
      return entriesOf(tail.follow(after, signal, { subject, has }), pattern);
    },
  };
}

/**
 * Publishes one, and when that was taken all others at once: a relay that was overtaken is told so
 * by its first. Of the others only the last is acknowledged: when one in between is refused, so is
 * the last, for its place; and when that one is tried again, it is the first.
 */
async function publish(
  link: Link,
  doing: string,
  entries: readonly FeedEntry[],
  head: number,
): Promise<Outcome> {
  const [first, ...others] = entries.map((entry, i) => ({
    subject: relaySubject(link.names, entry),
    data: entry.data,
    headers: { ...feedHeaders(entry), "Nats-Expected-Last-Sequence": String(head + i) },
  }));
  const last = others.pop();
  if (first === undefined) return { sequence: head };
  const outcome = await storeMessage(link, doing, first);
  if ("refused" in outcome || last === undefined) return outcome;
  return asking(link, doing, () => {
    for (const { subject, data, headers } of others) {
      link.nc.publish(subject, data, { headers: headersOf(headers) });
    }
    return storeMessage(link, doing, last);
  });
}
