/**
 * Signals within one process: the subscribers, and a map of what is kept.
 */
import type { Signals } from "../bus.ts";
import { isKept, isUnder } from "../subject.ts";
import { Subscribers } from "../subscribers.ts";

const keptSubjectsMax = 10_000;

export function memorySignals(): Signals {
  const subscribers = new Subscribers();
  const kept = new Map<string, string>();

  const keep = (subject: string, data: string) => {
    kept.delete(subject);
    kept.set(subject, data);
    const [oldest] = kept.keys();
    if (kept.size > keptSubjectsMax && oldest !== undefined) kept.delete(oldest);
  };

  return {
    publish(subject, data) {
      if (isKept(subject)) keep(subject, data);
      subscribers.tell(subject, data);
    },
    subscribe: (prefix, handler) => subscribers.add(prefix, handler),
    async kept(prefix) {
      return new Map([...kept].filter(([subject]) => isUnder(prefix, subject)));
    },
  };
}
