/**
 * The places that there are, as far as this process knows, and which of them a taker may have work
 * from.
 */
import type { Wanted } from "../bus.ts";
import { hasTags } from "../tags.ts";
import type { World } from "../world.ts";
import type { RankedPlace } from "./place-order.ts";
import type { WorkConsumers } from "./work-consumers.ts";
import { mayFit, priorityOf, wantsTags } from "./work-place.ts";

/** News of a place may be lost. */
const lookAgainMs = 10_000;
/** After a failure. */
const lookSoonMs = 1_000;

export class KnownPlaces {
  readonly #consumers: WorkConsumers;
  readonly #world: World;
  #names: ReadonlySet<string> = new Set();
  #fitting = new WeakMap<Wanted, readonly RankedPlace[]>();
  #lookAtMs = 0;

  constructor(consumers: WorkConsumers, world: World) {
    this.#consumers = consumers;
    this.#world = world;
  }

  /** What is known may be wrong: the next `learn` asks the server. */
  doubt(): void {
    this.#lookAtMs = 0;
  }

  /** There may be places that were not there before: nothing is known until the next `learn`. */
  forget(): void {
    this.doubt();
    this.#fitting = new WeakMap();
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Finds out, if it is time to, what places there are, and which of them each taker is to ask. */
  async learn(takers: readonly Wanted[]): Promise<void> {
    const nowMs = this.#world.monotonic();
    const isDue = nowMs >= this.#lookAtMs;
    if (isDue) this.#lookAtMs = nowMs + lookAgainMs;
    try {
      if (isDue) {
        const names = await this.#consumers.names();
        this.#names = new Set(names);
        this.#fitting = new WeakMap();
      }
      for (const wanted of takers) if (!this.#fitting.has(wanted)) await this.#fit(wanted);
    } catch (error) {
      this.#lookAtMs = this.#world.monotonic() + lookSoonMs;
      throw error;
    }
  }

  /** The places whose work the taker may have, higher priorities first; undefined: not known yet. */
  for(wanted: Wanted): readonly RankedPlace[] | undefined {
    return this.#fitting.get(wanted);
  }

  async #fit(wanted: Wanted): Promise<void> {
    const fitting = this.#fitting;
    const places: RankedPlace[] = [];
    for (const name of this.#names) {
      if (mayFit(name, wanted) && (await this.#hasTags(wanted, name))) {
        places.push({ name, priority: priorityOf(name) });
      }
    }
    fitting.set(
      wanted,
      places.toSorted((one, other) => other.priority - one.priority),
    );
  }

  async #hasTags({ tags = {} }: Wanted, name: string): Promise<boolean> {
    if (!wantsTags(name)) return true;
    await this.#consumers.learnRequired(name);
    const required = this.#consumers.required(name);
    return required !== undefined && hasTags(tags, required);
  }
}
