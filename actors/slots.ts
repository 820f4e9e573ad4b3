/**
 * Slots: how much more a worker may take at this moment, in all and of each job type. What is
 * parked takes no slot; a parked job that goes on does so at once, even where that is one too many.
 */
import type { Accepts } from "./worker-settings.ts";

export interface SlotsOptions {
  /** Jobs at once. */
  readonly concurrency: number;
  /** And of a type, where there is a limit of its own. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Where it chooses among jobs it rests from their types at times. */
  readonly accepts?: Accepts;
  /** The work type of each job type. */
  readonly workTypes: ReadonlyMap<string, string>;
  /** The work type of each job that is worked at, or is being claimed. */
  readonly busy: () => readonly string[];
}

export class Slots {
  readonly #options: SlotsOptions;
  readonly #limits: ReadonlyMap<string, number>;
  /** The work types that it rests from, each as often as it was asked for. */
  #resting: readonly string[] = [];
  #change = Promise.withResolvers<void>();
  #asked: { readonly types: string; readonly stop: AbortController } | undefined;

  /** Fails with a TypeError when a limit is not one, or of a type that there is no driver for. */
  constructor(options: SlotsOptions) {
    this.#options = options;
    this.#limits = new Map(Object.entries(options.limits ?? {}));
    for (const [type, limit] of this.#limits) {
      if (!options.workTypes.has(type)) throw new TypeError(`limits: no driver for type '${type}'`);
      if (Number.isSafeInteger(limit) && limit > 0) continue;
      throw new TypeError(`limits: '${type}': expected a positive whole number, found ${limit}`);
    }
  }

  /** The work types that there is a slot for; none when all are taken. */
  free(): readonly string[] {
    const { concurrency, workTypes, busy } = this.#options;
    const taken = busy();
    if (taken.length >= concurrency) return [];
    return [...workTypes].flatMap(([type, workType]) => {
      if (this.#resting.includes(workType)) return [];
      const count = taken.filter((each) => each === workType).length;
      return count < (this.#limits.get(type) ?? concurrency) ? [workType] : [];
    });
  }

  /** Resolves when something is taken or left next. */
  changed(): Promise<void> {
    return this.#change.promise;
  }

  /** Takes nothing of the work type until it is disposed of. */
  rest(workType: string): Disposable {
    this.#resting = [...this.#resting, workType];
    this.note();
    return {
      [Symbol.dispose]: () => {
        this.#resting = this.#resting.toSpliced(this.#resting.indexOf(workType), 1);
        this.note();
      },
    };
  }

  /** Says that something was taken or left. */
  note(): void {
    if (this.#asked !== undefined && this.free().join(" ") !== this.#asked.types) {
      this.#asked.stop.abort();
      this.#asked = undefined;
    }
    this.#change.resolve();
    this.#change = Promise.withResolvers<void>();
  }

  /** Aborts with `signal`, and when there come to be slots for other types than these. */
  while(types: readonly string[], signal: AbortSignal): AbortSignal {
    if (this.#limits.size === 0 && this.#options.accepts === undefined) return signal;
    const stop = new AbortController();
    this.#asked = { types: types.join(" "), stop };
    return AbortSignal.any([signal, stop.signal]);
  }
}
