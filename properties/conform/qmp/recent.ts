/**
 * What was taken last: a copy of the monitor from some time ago, and the messages since. From it a
 * divergence is explained: what else could have come, and which small change would make it right.
 */
import type { Monitor, Placed } from "./monitor.ts";

/** Messages between two copies, at least; more where a copy is dear. */
const messagesMin = 512;
const charactersMax = 4 * 1024 ** 2;

export class Recent {
  #older: { readonly base: Monitor; readonly since: readonly Placed[] };
  #base: Monitor;
  #since: Placed[] = [];
  #characters = 0;

  constructor(monitor: Monitor) {
    this.#base = monitor.clone();
    this.#older = { base: this.#base, since: [] };
  }

  /** Before `monitor` takes it; `characters`: how long the message is. */
  add(monitor: Monitor, placed: Placed, characters: number): void {
    const isDue =
      this.#since.length >= messagesMin + monitor.size || this.#characters > charactersMax;
    if (isDue) {
      this.#older = { base: this.#base, since: this.#since };
      [this.#base, this.#since, this.#characters] = [monitor.clone(), [], 0];
    }
    this.#since.push(placed);
    this.#characters += characters;
  }

  /** What is missing here is not to be explained away. */
  skip(monitor: Monitor): void {
    this.#base = monitor.clone();
    this.#older = { base: this.#base, since: [] };
    [this.#since, this.#characters] = [[], 0];
  }

  /** The copy, and every message that was added since. */
  get past(): { readonly base: Monitor; readonly since: readonly Placed[] } {
    const { base, since } = this.#older;
    return { base, since: [...since, ...this.#since] };
  }
}
