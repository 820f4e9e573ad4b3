/**
 * The subject of the contract: a driver, fresh arguments for each of its lives, and a way to see
 * what a life has made of the world. A trial is one check of it under way.
 */
import type { Driver, Json, JsonObject } from "../../actors/driver.ts";
import { textOf } from "../../actors/error-text.ts";
import { ContractError, telling, UnequalLives } from "./contract-error.ts";
import { difference } from "./difference.ts";
import { kept } from "./kept.ts";
import { Life } from "./life.ts";
import type { Places } from "./stop.ts";

/** Arguments of which every life may have the same, or a function that makes fresh ones. */
export type ArgsSource<Args extends JsonObject = JsonObject> = Args | (() => Args | Promise<Args>);

export interface ContractOptions<Args extends JsonObject = JsonObject> {
  /**
   * What the world shows of a job, as JSON: files and their contents, rows, a remote state. Equal
   * after equal lives; with fresh arguments it shows what was there before. `result` is what run
   * resolved with, null unless the job has succeeded. Default: the result, and nothing of the
   * world; a result that differs from run to run needs an `effects` that leaves it out.
   */
  effects?(args: Args, result: Json): Json | Promise<Json>;
  /** Real time after which a check gives up, in milliseconds. Default 30,000. */
  readonly limitMs?: number;
}

/** A life that nothing interrupted. */
export interface Whole extends Places {
  readonly effects: Json;
}

const alike =
  "Equal lives end alike: give each fresh arguments, keep nothing in variables between them, and " +
  "have `effects` leave out what must differ";

const effectsBytesMax = 16 * 1024 * 1024;

export class Subject {
  readonly driver: Driver;
  /** By the names of the checks that were run. */
  readonly passed = new Map<string, boolean>();
  readonly #source: ArgsSource;
  readonly #options: ContractOptions;
  #whole: Promise<Whole> | undefined;

  constructor(driver: Driver, source: ArgsSource, options: ContractOptions) {
    this.driver = driver;
    this.#source = source;
    this.#options = options;
  }

  /** What of a job is shown. */
  get shows(): "the world" | "the result" {
    return this.#options.effects === undefined ? "the result" : "the world";
  }

  /** Every life has arguments of its own. */
  get isFresh(): boolean {
    return typeof this.#source === "function";
  }

  async fresh(): Promise<JsonObject> {
    if (typeof this.#source !== "function") return structuredClone(this.#source);
    return this.#source();
  }

  /** What the world shows of a job that has succeeded with that result; of any other: null. */
  async shown(args: JsonObject, result: Json): Promise<Json> {
    let shown: unknown;
    try {
      shown = this.#options.effects ? await this.#options.effects(args, result) : result;
    } catch (error) {
      throw new ContractError(`the test's own effects() threw: ${textOf(error)}`, error);
    }
    return JSON.parse(kept("what effects() shows", shown ?? null, effectsBytesMax)) as Json;
  }

  /** An unbroken life: run, prepare, commit, clean. Lived once, and remembered. */
  whole(over: AbortSignal): Promise<Whole> {
    this.#whole ??= Promise.race([this.live(over), givenUp(over)]);
    return this.#whole;
  }

  /** As whole, but lived anew. */
  async live(over: AbortSignal): Promise<Whole> {
    const life = new Life(this.driver, await this.fresh(), over);
    await telling("in a life that nothing interrupts, ", async () => {
      await life.run();
      await life.finish();
    });
    const { points, checkpoints } = life.job;
    const effects = await this.shown(life.args, life.result);
    return { points, checkpoints: checkpoints.length, effects };
  }
}

/** Fails when the check gives up: those after it are not to wait for the same. */
async function givenUp(over: AbortSignal): Promise<never> {
  await new Promise((resolve) => over.addEventListener("abort", resolve, { once: true }));
  throw new ContractError("a life that nothing interrupts has not come to an end");
}

export class Trial {
  readonly subject: Subject;
  readonly over: AbortSignal;

  constructor(subject: Subject, over: AbortSignal) {
    this.subject = subject;
    this.over = over;
  }

  whole(): Promise<Whole> {
    return this.subject.whole(this.over);
  }

  async life(): Promise<Life> {
    return new Life(this.subject.driver, await this.subject.fresh(), this.over);
  }

  /** The world shows what it shows after an unbroken life. `why` says what is likely missing. */
  async expectDone(args: JsonObject, result: Json, why: string): Promise<void> {
    const { effects } = await this.whole();
    const differs = difference(await this.subject.shown(args, result), effects);
    if (differs === undefined) return;
    await this.#expectAlike(effects);
    const { shows } = this.subject;
    throw new ContractError(`${shows} is not as after an unbroken life: ${differs}. ${why}`);
  }

  /** Another unbroken life comes to the same end: else no interruption is to blame for anything. */
  async #expectAlike(effects: Json): Promise<void> {
    const { shows } = this.subject;
    const other = await this.subject.live(this.over);
    const differs = difference(other.effects, effects);
    if (differs !== undefined) {
      throw new UnequalLives(
        `${shows} differs from life to life, though nothing interrupts them: ${differs}. ${alike}`,
      );
    }
  }

  /** The world shows what it showed before the life. */
  async expectUndone(args: JsonObject, before: Json, why: string): Promise<void> {
    const differs = difference(await this.subject.shown(args, null), before);
    if (differs !== undefined)
      throw new ContractError(`the world is not as it was before the job: ${differs}. ${why}`);
  }
}
