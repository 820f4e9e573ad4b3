/** The contract of a driver, held by a small one, and broken by it in every way. */
import { describe, expect, test } from "vitest";
import type { Driver, Step } from "../actors/driver.ts";
import { driverChecks, driverContract, type DriverUnderTest } from "./driver-contract.ts";

type Args = { readonly words: readonly string[]; readonly to: string };

/** A shelf of texts: what is at `to` is done, what is at `to.partial` is not. */
class Shelf {
  readonly #texts = new Map<string, readonly string[]>();
  #lives = 0;

  at(place: string): readonly string[] {
    return this.#texts.get(place) ?? [];
  }

  /** Takes words one by one, a checkpoint after each; shows them only when it commits. */
  under(over: Partial<Driver<Args>> = {}): DriverUnderTest<Args> {
    const partial = ({ args }: Step<Args>): string => `${args.to}.partial`;
    const driver: Driver<Args> = {
      type: "words",
      args: { properties: { words: { type: "array" }, to: { type: "string" } } },
      run: async (job) => {
        const done = Number(job.cursor ?? 0);
        this.#texts.set(partial(job), this.at(partial(job)).slice(0, done));
        for (const [index, word] of job.args.words.entries()) {
          if (index < done) continue;
          await job.charge(1);
          this.#texts.set(partial(job), [...this.at(partial(job)), word]);
          job.progress(index + 1, job.args.words.length);
          await job.checkpoint(index + 1);
        }
        return job.args.words.length;
      },
      prepare: async (step) => this.at(partial(step)).length,
      commit: async (step) => {
        const words = this.at(partial(step));
        if (words.length > 0) this.#texts.set(step.args.to, words);
        this.#texts.delete(partial(step));
      },
      abort: async (step) => void this.#texts.delete(partial(step)),
      clean: async (step) => void this.#texts.delete(partial(step)),
      ...over,
    };
    const args = async (): Promise<Args> => {
      this.#lives += 1;
      return { words: ["one", "two", "three", "four"], to: `text ${this.#lives}` };
    };
    const effects = async ({ to }: Args) => [this.at(to), this.at(`${to}.partial`)];
    return { driver, args, effects };
  }

  put(place: string, words: readonly string[]): void {
    this.#texts.set(place, words);
  }
}

driverContract("words", new Shelf().under());

/** The names of the checks that a driver does not pass. */
async function failures(under: DriverUnderTest<Args>): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, run } of driverChecks(under)) await run().catch(() => failed.push(name));
  return failed;
}

describe("a driver breaks the contract that", () => {
  const shelf = new Shelf();
  const broken: readonly (readonly [string, string, Partial<Driver<Args>>])[] = [
    ["has no pause point", "passes a pause point", { run: async () => {} }],
    [
      "makes a checkpoint of 2 KiB",
      "leaves no more than is kept",
      { run: async (job) => job.pausePoint().then(() => job.checkpoint("x".repeat(2_048))) },
    ],
    ["prepares 2 KiB", "leaves no more than is kept", { prepare: async () => "x".repeat(2_048) }],
    [
      "goes back",
      "progress of a run that goes back",
      {
        run: async (job) => job.pausePoint().then(() => [2, 1].forEach((n) => job.progress(n, 2))),
      },
    ],
    [
      "starts anew on what is there",
      "from every checkpoint",
      {
        run: async (job) => {
          for (const word of job.args.words) {
            await job.pausePoint();
            shelf.put(`${job.args.to}.partial`, [...shelf.at(`${job.args.to}.partial`), word]);
            await job.checkpoint(word);
          }
        },
      },
    ],
    [
      "writes after its checkpoint",
      "killed at any pause point",
      {
        run: async (job) => {
          for (let n = Number(job.cursor ?? 0); n < 3; n += 1) {
            await job.checkpoint(n + 1);
            await job.pausePoint();
            shelf.put(job.args.to, [...shelf.at(job.args.to), `${n}`]);
          }
        },
      },
    ],
    [
      "takes no notice of a cancel",
      "stops when it is cancelled",
      { run: async (job) => job.pausePoint().catch(() => {}) },
    ],
    [
      "leaves its partial text",
      "undoes what a killed run did",
      { abort: async () => {}, clean: async () => {} },
    ],
    [
      "commits nothing the second time",
      "each step again",
      {
        commit: async ({ args: { to } }) => shelf.put(to, shelf.at(`${to}.partial`)),
        clean: async ({ args: { to } }) =>
          shelf.put(`${to}.partial`, [...shelf.at(`${to}.partial`), "x"]),
      },
    ],
    [
      "prepares what it does not undo",
      "undoes a prepared job",
      { prepare: async ({ args }) => shelf.put(args.to, ["early"]) },
    ],
    [
      "aborts what never was",
      "nothing where nothing was done",
      { abort: async ({ args }) => shelf.put(args.to, ["undone"]) },
    ],
  ];

  test.each(broken)("%s", async (_what, check, over) => {
    expect((await failures(shelf.under(over))).join("; ")).toContain(check);
  });
});
