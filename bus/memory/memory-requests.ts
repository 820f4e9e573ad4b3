/**
 * Requests within one process: whoever serves was asked longest ago is asked next.
 */
import { BusError } from "../bus-error.ts";
import type { Endpoint, Message, Requests } from "../bus.ts";
import type { Lifetime } from "../lifetime.ts";
import { matches } from "../subject.ts";
import type { World } from "../world.ts";

interface Served {
  readonly endpoint: Endpoint;
  /** The replies of its service that are still to come. */
  readonly begun: Set<Promise<Message>>;
}

export function memoryRequests(life: Lifetime, world: World): Requests {
  /** In the order of their turns. */
  let served: readonly Served[] = [];

  const begin = (subject: string, message: Message): Promise<Message> => {
    const next = served.find(({ endpoint }) => matches(endpoint.subject, subject));
    if (!next) throw new BusError("unavailable", `${subject}: nobody serves it`);
    served = [...served.filter((each) => each !== next), next];
    const reply = Promise.resolve().then(() => next.endpoint.handle(subject, message));
    next.begun.add(reply);
    return reply.finally(() => next.begun.delete(reply));
  };

  return {
    async request(subject, message, { timeoutMs }) {
      life.assertOpen();
      const reply = begin(subject, message);
      const replied = new AbortController();
      const signal = AbortSignal.any([replied.signal, life.closing]);
      const late = async (): Promise<never> => {
        await world.sleep(timeoutMs, signal);
        life.assertOpen();
        throw new BusError("unavailable", `${subject}: no reply within ${timeoutMs} ms`);
      };
      try {
        return await Promise.race([reply, late()]);
      } finally {
        replied.abort();
      }
    },
    async serve({ endpoints }) {
      life.assertOpen();
      const begun = new Set<Promise<Message>>();
      const own = endpoints.map((endpoint): Served => ({ endpoint, begun }));
      served = [...served, ...own];
      return {
        [Symbol.asyncDispose]: async () => {
          served = served.filter((each) => !own.includes(each));
          await Promise.allSettled(begun);
        },
      };
    },
  };
}
