/**
 * Who listens to signals within this process: handlers by subject prefix.
 */
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

  /** Calls the handlers back in a microtask of their own, so that no publisher runs inside one. */
  tell(subject: string, data: string): void {
    for (const [id, { prefix, handler }] of this.#handlers) {
      if (!subject.startsWith(prefix)) continue;
      queueMicrotask(() => {
        if (this.#handlers.has(id)) handler(subject, data);
      });
    }
  }
}
