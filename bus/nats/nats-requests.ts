/**
 * Requests as plain messages under `<prefix>.<subject>`, with a reply address; served as NATS
 * services are.
 */
import { NoRespondersError, type MsgHdrs } from "@nats-io/transport-node";
import { BusError } from "../bus-error.ts";
import type { Message, Requests } from "../bus.ts";
import { asking } from "./asking.ts";
import type { Link } from "./link.ts";
import { Parts } from "./message-parts.ts";
import { expectFits, isUnheard } from "./nats-error.ts";
import { ServiceHost } from "./service-host.ts";
import { headersOf } from "./store-message.ts";

/** The longest delay that a timer takes; 24 days. */
const timerMsMax = 2 ** 31 - 1;

export function natsRequests(link: Link): Requests {
  const { nc, names, life } = link;

  const ask = async (
    subject: string,
    data: string,
    { headers, timeoutMs }: { headers: MsgHdrs; timeoutMs: number },
  ): Promise<Message> => {
    const replies = await nc.requestMany(`${names.prefix}.${subject}`, data, {
      strategy: "timer",
      maxWait: Math.min(timeoutMs, timerMsMax),
      headers,
    });
    const parts = new Parts();
    for await (const message of replies) {
      const reply = parts.add(message);
      if (reply !== undefined) return reply;
    }
    throw new Error(`no reply in ${timeoutMs} ms`);
  };

  return {
    async request(subject, message, { timeoutMs }) {
      life.assertOpen();
      const doing = `${life.url}: asking ${subject}`;
      const { data } = message;
      const headers = headersOf(message.headers);
      const headersBytes = Buffer.byteLength(JSON.stringify(message.headers));
      expectFits(nc, doing, Buffer.byteLength(data) + headersBytes);
      return asking(link, doing, async () => {
        try {
          return await ask(subject, data, { headers, timeoutMs });
        } catch (cause) {
          if (!(cause instanceof NoRespondersError) && !isUnheard(cause)) throw cause;
          const nobody = `nobody serves ${subject}: start a node with 'jobchart serve'`;
          throw new BusError("unavailable", `${life.url}: ${nobody}`, { cause });
        }
      });
    },

    async serve(service) {
      life.assertOpen();
      return ServiceHost.open(link, service);
    },
  };
}
