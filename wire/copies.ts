/**
 * The copies of one request that are under way, each asked of another node perhaps, and what is
 * heard of them, one after the other.
 */
import type { Message } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";

/** What became of a copy. */
export type Heard =
  | { readonly reply: Message }
  | { readonly error: unknown; readonly isSilence: boolean };

export class Copies {
  readonly #world: World;
  readonly #heard: Heard[] = [];
  #news = Promise.withResolvers<void>();
  #underWay = 0;

  constructor(world: World) {
    this.#world = world;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** `copy` never rejects. */
  add(copy: Promise<Heard>): void {
    this.#underWay += 1;
    void this.#hear(copy);
  }

  async #hear(copy: Promise<Heard>): Promise<void> {
    this.#heard.push(await copy);
    this.#underWay -= 1;
    this.#news.resolve();
  }

  /** What is heard next; undefined when that is nothing within `ms`. */
  async next(ms: number): Promise<Heard | undefined> {
    if (this.#heard.length === 0) {
      // Left to run out: to abort a timer costs ten times as much as the timer.
      const late = this.#world.sleep(ms, undefined, { background: true });
      await Promise.race([this.#news.promise, late]);
    }
    this.#news = Promise.withResolvers();
    return this.#heard.shift();
  }
}
