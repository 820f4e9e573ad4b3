/**
 * The queue as a stream of one message an item, `<prefix>.work.<type>.<place>.<uid>`, which goes
 * away when it is acknowledged. An acknowledgement, however late, removes an item and nothing
 * else: what an item asks for is decided in the log.
 */
import type { Queue } from "../bus.ts";
import { visibilityMs as defaultVisibilityMs } from "../take.ts";
import { tokenOf } from "../token.ts";
import { answerMsMax, asking } from "./asking.ts";
import type { Link } from "./link.ts";
import { isUnheard, natsError } from "./nats-error.ts";
import { storeMessage } from "./store-message.ts";
import { WorkConsumers } from "./work-consumers.ts";
import { placeOf } from "./work-place.ts";
import { WorkTakers } from "./work-takers.ts";

export interface QueueOptions {
  /** How long a taken item stays with its taker before it is given out again. */
  readonly visibilityMs?: number;
}

/** Of the items taken last it is known how to acknowledge them. */
const heldMax = 10_000;
/** The item is there already. */
const alreadyThere = "maximum messages per subject exceeded";

export function natsQueue(
  link: Link,
  { visibilityMs = defaultVisibilityMs }: QueueOptions = {},
): Queue {
  const { names, life, nc, jsm } = link;
  const held = new Map<string, string>();
  const consumers = new WorkConsumers(link, visibilityMs);

  const hold = (uid: string, reply: string) => {
    held.delete(uid);
    held.set(uid, reply);
    const [oldest] = held.keys();
    if (held.size > heldMax && oldest !== undefined) held.delete(oldest);
  };
  const takers = new WorkTakers(link, consumers, hold);

  /** False when the consumer that gave the item out is gone. */
  const acknowledge = async (reply: string): Promise<boolean> => {
    try {
      await nc.request(reply, "+ACK", { timeout: answerMsMax });
      return true;
    } catch (error) {
      if (isUnheard(error)) return false;
      throw error;
    }
  };

  return {
    async offer(item) {
      life.assertOpen();
      const place = placeOf(names, item);
      await consumers.ensure(place);
      const doing = `${life.url}: offering ${item.uid}`;
      const subject = place.subject + tokenOf(item.uid);
      const outcome = await storeMessage(link, doing, { subject, data: JSON.stringify(item) });
      if ("sequence" in outcome || outcome.refused.message === alreadyThere) return;
      throw natsError(outcome.refused, doing);
    },

    async take(wanted, signal) {
      return asking(link, `${life.url}: waiting for work`, () => takers.take(wanted, signal));
    },

    async done(uid) {
      const reply = held.get(uid);
      held.delete(uid);
      await asking(link, `${life.url}: removing ${uid} from the work`, async () => {
        if (reply !== undefined && (await acknowledge(reply))) return;
        const filter = `${names.prefix}.work.*.*.${tokenOf(uid)}`;
        await jsm.streams.purge(names.streams.work, { filter });
      });
    },

    async prepare({ types, host }) {
      life.assertOpen();
      for (const type of types) {
        for (const terms of [{ type }, { type, host }]) {
          await consumers.ensure(placeOf(names, terms));
        }
      }
    },
  };
}
