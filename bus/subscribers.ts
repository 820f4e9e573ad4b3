/**
 * Who listens to signals within this process: handlers by subject prefix.
 */
import { isUnder } from "./subject.ts";

type Handler = (subject: string, data: string) => void;

export class Subscribers {
  readonly #handlers = new Map<symbol, { readonly prefix: string; readonly handler: Handler }>();

  get size(): number {
    return this.#handlers.size;
  }

  add(prefix: string, handler: Handler): Disposable {
    const id = Symbol(prefix);
    this.#handlers.set(id, { prefix, handler });
    return { [Symbol.dispose]: () => void this.#handlers.delete(id) };
  }

  /**
   * Calls the handlers back in a microtask of their own, so that no publisher runs inside one. A
   * handler that throws stops nobody: the process goes on with a warning.
   */
  tell(subject: string, data: string): void {
    for (const [id, { prefix, handler }] of this.#handlers) {
      if (!isUnder(prefix, subject)) continue;
      queueMicrotask(() => {
        if (this.#handlers.has(id)) callSubscriber(handler, subject, data);
      });
    }
  }
}

/** A handler that throws is warned of, and stops nobody. */
export function callSubscriber(handler: Handler, subject: string, data: string): void {
  try {
    handler(subject, data);
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.emitWarning(`signals: a subscriber failed at ${subject}`, { detail });
  }
}
