/**
 * Calls that must be awaited, and whether they were. A pause point that nobody awaits neither
 * parks nor stops anything.
 */

export class AwaitedCalls {
  readonly #made = new Map<string, number>();
  readonly #awaited = new Map<string, number>();

  /** The promise itself, but that whoever awaits it is noticed. */
  note<T>(name: string, promise: Promise<T>): Promise<T> {
    add(this.#made, name);
    // That it fails is for whoever awaits it; that nobody does is told by `missing`.
    promise.catch(() => {});
    let isAwaited = false;
    return new Proxy(promise, {
      get: (target, member) => {
        if (!isAwaited) add(this.#awaited, name);
        isAwaited = true;
        const method: unknown = Reflect.get(target, member, target);
        return typeof method === "function" ? (method.bind(target) as unknown) : method;
      },
    });
  }

  /** `charge 3 times of 5` for every name that was not always awaited. */
  get missing(): readonly string[] {
    return [...this.#made]
      .map(([name, made]) => ({ name, made, not: made - (this.#awaited.get(name) ?? 0) }))
      .filter(({ not }) => not > 0)
      .map(({ name, made, not }) => `${name} ${not} times of ${made}`);
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
