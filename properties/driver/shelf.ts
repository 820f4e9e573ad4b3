/**
 * A shelf of texts, for the tests of the contract, and a sound driver that puts texts there: what
 * is at `to` is done, what is at `to.partial` is not.
 */
import type { Driver, Step } from "../../actors/driver.ts";

export type ShelfArgs = { readonly words: readonly string[]; readonly to: string };

export class Shelf {
  readonly #texts = new Map<string, readonly string[]>();
  #places = 0;

  at(place: string): readonly string[] {
    return this.#texts.get(place) ?? [];
  }

  put(place: string, words: readonly string[]): void {
    this.#texts.set(place, words);
  }

  remove(place: string): void {
    this.#texts.delete(place);
  }

  /** A place where nothing is yet. */
  freshArgs(): ShelfArgs {
    this.#places += 1;
    return { words: ["one", "two", "three", "four"], to: `text ${this.#places}` };
  }

  effects({ to }: ShelfArgs): readonly (readonly string[])[] {
    return [this.at(to), this.at(`${to}.partial`)];
  }

  /** Takes words one by one, a checkpoint after each; shows them only when it commits. */
  driver(over: Partial<Driver<ShelfArgs>> = {}): Driver<ShelfArgs> {
    return {
      type: "words",
      args: { properties: { words: { type: "array" }, to: { type: "string" } } },
      run: async (job) => {
        const { words } = job.args;
        const done = Number(job.cursor ?? 0);
        this.put(partial(job), this.at(partial(job)).slice(0, done));
        for (const [index, word] of words.entries()) {
          if (index < done) continue;
          await job.charge(1);
          this.put(partial(job), [...this.at(partial(job)), word]);
          job.progress(index + 1, words.length);
          await job.checkpoint(index + 1);
        }
        return words.length;
      },
      prepare: async (step) => this.at(partial(step)).length,
      commit: async (step) => {
        const words = this.at(partial(step));
        if (words.length > 0) this.put(step.args.to, words);
        this.remove(partial(step));
      },
      abort: async (step) => this.remove(partial(step)),
      clean: async (step) => this.remove(partial(step)),
      ...over,
    };
  }
}

export function partial({ args }: Step<ShelfArgs>): string {
  return `${args.to}.partial`;
}
