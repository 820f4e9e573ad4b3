/**
 * The places that there are, as far as this process knows, and which of them a taker may have work
 * from.
 */
import type { Wanted } from "../bus.ts";
import { hasTags } from "../tags.ts";
import type { World } from "../world.ts";
import type { WorkConsumers } from "./work-consumers.ts";
import { mayFit, wantsTags } from "./work-place.ts";

/** News of a place may be lost. */
const lookAgainMs = 10_000;
/** After a failure. */
const lookSoonMs = 1_000;

export class KnownPlaces {
  readonly #consumers: WorkConsumers;
  readonly #world: World;
  #names: ReadonlySet<string> = new Set();
  #lookAtMs = 0;

  constructor(consumers: WorkConsumers, world: World) {
    this.#consumers = consumers;
    this.#world = world;
  }

  /** What is known may be wrong: the next `learn` asks the server. */
  doubt(): void {
    this.#lookAtMs = 0;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Finds out, if it is time to, what places there are, and what those require that may fit. */
  async learn(takers: readonly Wanted[]): Promise<void> {
    const nowMs = this.#world.monotonic();
    const isDue = nowMs >= this.#lookAtMs;
    if (isDue) this.#lookAtMs = nowMs + lookAgainMs;
    try {
      if (isDue) this.#names = new Set(await this.#consumers.names());
      for (const name of this.#names) {
        const isWanted = wantsTags(name) && takers.some((wanted) => mayFit(name, wanted));
        if (isWanted) await this.#consumers.learnRequired(name);
      }
    } catch (error) {
      this.#lookAtMs = this.#world.monotonic() + lookSoonMs;
      throw error;
    }
  }

  /** The places whose work the taker may have. */
  for(wanted: Wanted): readonly string[] {
    return [...this.#names].filter((name) => {
      if (!mayFit(name, wanted)) return false;
      if (!wantsTags(name)) return true;
      const required = this.#consumers.required(name);
      return required !== undefined && hasTags(wanted.tags ?? {}, required);
    });
  }
}
