/**
 * Signals as plain messages under `<prefix>.<subject>`. What is published under `progress.` is also
 * heard by a small stream in the server's memory, which keeps the newest of each subject.
 */
import type { Signals } from "../bus.ts";
import { callSubscriber } from "../subscribers.ts";
import { isKept } from "../subject.ts";
import { asking } from "./asking.ts";
import { lastMessages } from "./last-messages.ts";
import type { Link } from "./link.ts";

export function natsSignals(link: Link): Signals {
  const { nc, names, life } = link;
  const root = `${names.prefix}.`;

  return {
    publish(subject, data) {
      try {
        nc.publish(root + subject, data);
      } catch {
        // A signal may be lost without a word, as the client loses it while there is no connection.
      }
    },

    subscribe(prefix, handler) {
      life.assertOpen();
      const subscriptions = patternsUnder(root, prefix).map((pattern) =>
        nc.subscribe(pattern, {
          callback: (error, message) => {
            if (error !== null) return;
            const data = Buffer.from(message.data).toString();
            callSubscriber(handler, message.subject.slice(root.length), data);
          },
        }),
      );
      return {
        [Symbol.dispose]: () => {
          for (const subscription of subscriptions) subscription.unsubscribe();
        },
      };
    },

    async kept(prefix) {
      life.assertOpen();
      const filters = patternsUnder(root, prefix).filter((pattern) =>
        isKept(pattern.slice(root.length)),
      );
      if (filters.length === 0) return new Map();
      const messages = await asking(link, `asking what signals are kept of ${prefix}`, () =>
        lastMessages(link, names.streams.progress, filters, 0),
      );
      return new Map(messages.map(({ subject, text }) => [subject.slice(root.length), text]));
    },
  };
}

/** The subject itself and all that go on with more tokens; after a dot they must go on. */
function patternsUnder(root: string, prefix: string): readonly string[] {
  if (prefix === "") return [];
  return (prefix.endsWith(".") ? [`${prefix}>`] : [prefix, `${prefix}.>`]).map(
    (pattern) => root + pattern,
  );
}
