/**
 * The contract of a driver, as a suite that any author can run on a driver of theirs: it can be
 * killed anywhere and go on elsewhere, its steps may be called again, and what it undoes is undone.
 *
 * @example
 * driverContract("copy", { driver: copy, args: freshTree, effects: ({ to }) => listing(to) });
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, expect, test } from "vitest";
import {
  Cancelled,
  type Driver,
  type Json,
  type JsonObject,
  type RunningJob,
  type Step,
} from "../actors/driver.ts";

export interface DriverUnderTest<Args extends JsonObject> {
  readonly driver: Driver<Args>;
  /** Fresh arguments, and whatever around them the driver needs. Called before each life. */
  readonly args: () => Promise<Args>;
  /** What the world shows of the job: equal after equal lives. Fresh arguments show nothing. */
  readonly effects: (args: Args) => Promise<Json>;
}

export interface Check {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Where a run is stopped, counted from 1: before a pause point, or after a checkpoint. */
type Stop =
  | { readonly how: "killed" | "cancelled"; readonly point: number }
  | { readonly how: "killed"; readonly checkpoint: number };

const cursorBytesMax = 1024;
const preparedBytesMax = 1024;
const resultBytesMax = 16 * 1024;
/** Stops are tried at so many places of a run, spread over all of it. */
const placesMax = 25;

/** The suite, for vitest. */
export function driverContract<Args extends JsonObject>(
  name: string,
  under: DriverUnderTest<Args>,
): void {
  describe(`the driver ${name}`, () => {
    test.each(driverChecks(under))("$name", async ({ run }) => {
      await expect(run()).resolves.toBeUndefined();
    });
  });
}

/** The checks of the suite one by one; each fails by throwing. */
export function driverChecks<Args extends JsonObject>(
  under: DriverUnderTest<Args>,
): readonly Check[] {
  const life = async (): Promise<Life<Args>> => new Life(under.driver, await under.args());
  const shown = ({ args }: Life<Args>): Promise<Json> => under.effects(args);
  const whole = async (): Promise<{ readonly life: Life<Args>; readonly effects: Json }> => {
    const one = await life();
    await one.run();
    await one.finish();
    return { life: one, effects: await shown(one) };
  };
  /** Stops a fresh life at each place, and lets it end in one way or the other. */
  const stopped = async (
    stops: readonly Stop[],
    end: (life: Life<Args>) => Promise<void>,
    expected: (before: Json) => Json,
  ): Promise<void> => {
    for (const stop of stops) {
      const one = await life();
      const before = await shown(one);
      await one.run(stop);
      await end(one);
      deepEqual(await shown(one), expected(before), `${JSON.stringify(stop)}: other effects`);
    }
  };
  const finish = (one: Life<Args>): Promise<void> => one.finish();
  const undo = (one: Life<Args>): Promise<void> => one.undo();

  return [
    check("passes a pause point, and leaves no more than is kept", async () => {
      const { life } = await whole();
      ok(life.points > 0, "run has passed no pause point: it can be neither paused nor cancelled");
      for (const cursor of life.cursors) fits("a checkpoint", cursor, cursorBytesMax);
      fits("the result", life.result, resultBytesMax);
      fits("prepared", life.prepared, preparedBytesMax);
    }),
    check("never reports progress of a run that goes back", async () => {
      const one = await life();
      await one.run();
      const currents = one.shown;
      deepEqual(
        currents,
        currents.toSorted((a, b) => a - b),
      );
    }),
    check("comes to the same end from every checkpoint", async () => {
      const { life, effects } = await whole();
      const stops = places(life.cursors.length).map(
        (checkpoint) => ({ how: "killed", checkpoint }) as const,
      );
      await stopped(stops, rerun(finish), () => effects);
    }),
    check("comes to the same end after being killed at any pause point", async () => {
      const { life, effects } = await whole();
      await stopped(stopsAt(life, "killed"), rerun(finish), () => effects);
    }),
    check("stops when it is cancelled, at any pause point, and undoes what it did", async () => {
      const { life } = await whole();
      await stopped(stopsAt(life, "cancelled"), undo, (before) => before);
    }),
    check("undoes what a killed run did", async () => {
      const { life } = await whole();
      await stopped(stopsAt(life, "killed"), undo, (before) => before);
    }),
    check("may be asked for each step again, by another process, without harm", async () => {
      const { effects } = await whole();
      const one = await life();
      await one.run();
      await one.finish({ times: 2 });
      deepEqual(await shown(one), effects);
    }),
    check("undoes a prepared job, and may be asked to twice", async () => {
      const one = await life();
      const before = await shown(one);
      await one.run();
      await one.prepare();
      await one.undo({ times: 2 });
      deepEqual(await shown(one), before);
    }),
    check("undoes nothing where nothing was done", async () => {
      const one = await life();
      const before = await shown(one);
      await one.undo();
      deepEqual(await shown(one), before);
    }),
  ];
}

function check(name: string, run: () => Promise<void>): Check {
  return { name, run };
}

function rerun<Args extends JsonObject>(
  end: (life: Life<Args>) => Promise<void>,
): (life: Life<Args>) => Promise<void> {
  return async (life) => {
    await life.run();
    await end(life);
  };
}

function stopsAt<Args extends JsonObject>(
  { points }: Life<Args>,
  how: "killed" | "cancelled",
): readonly Stop[] {
  return places(points).map((point) => ({ how, point }));
}

/** At most `placesMax` of the numbers 1 to `count`, the first and the last among them. */
function places(count: number): readonly number[] {
  const all = Array.from({ length: count }, (_each, index) => index + 1);
  const every = Math.ceil(count / placesMax);
  return all.filter((place) => place % every === 1 % every || place === count);
}

function fits(what: string, value: Json, bytesMax: number): void {
  const sizeBytes = Buffer.byteLength(JSON.stringify(value));
  ok(sizeBytes <= bytesMax, `${what} has ${sizeBytes} bytes: at most ${bytesMax} are kept`);
}

/** What is durable, as another process would read it. */
function durable<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** One job, without a worker or a log: what is durable of it, and its driver called with that. */
class Life<Args extends JsonObject> {
  readonly args: Args;
  readonly cursors: Json[] = [];
  shown: number[] = [];
  result: Json = null;
  prepared: Json = null;
  points = 0;
  #epoch = 0;
  readonly #driver: Driver<Args>;

  constructor(driver: Driver<Args>, args: Args) {
    this.#driver = driver;
    this.args = args;
  }

  /** Runs to the end, or until it is stopped. */
  async run(stop?: Stop): Promise<void> {
    this.#epoch += 1;
    this.points = 0;
    this.shown = [];
    const killed = Promise.withResolvers<undefined>();
    const stopping = new AbortController();
    const job = this.#job(stop, { kill: () => killed.resolve(undefined), stopping });
    const running = this.#driver.run(job);
    if (stop?.how === "cancelled") {
      const error = await running.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      const name = error instanceof Error ? error.name : "no error";
      ok(["Cancelled", "AbortError"].includes(name), `cancelled, run ended with ${name}`);
    } else {
      this.result = durable((await Promise.race([running, killed.promise])) ?? null);
    }
  }

  async prepare(): Promise<void> {
    this.prepared = durable((await this.#driver.prepare?.(this.#step())) ?? null);
  }

  /** Each step that the driver has, so many times in a row. */
  async finish({ times = 1 } = {}): Promise<void> {
    for (let time = 0; time < times; time += 1) await this.prepare();
    for (let time = 0; time < times; time += 1) await this.#driver.commit?.(this.#step());
    for (let time = 0; time < times; time += 1) await this.#driver.clean?.(this.#step());
  }

  async undo({ times = 1 } = {}): Promise<void> {
    for (let time = 0; time < times; time += 1) await this.#driver.abort?.(this.#step());
    for (let time = 0; time < times; time += 1) await this.#driver.clean?.(this.#step());
  }

  #step(signal = new AbortController().signal): Step<Args> {
    const { result, prepared } = this;
    return {
      uid: "gaaaaaaaaaaaaaaaa-1",
      id: "under-test",
      args: durable(this.args),
      cursor: durable(this.cursors.at(-1) ?? null),
      result: durable(result),
      prepared: durable(prepared),
      epoch: this.#epoch,
      signal,
      progress: (current) => void this.shown.push(current),
    };
  }

  #job(
    stop: Stop | undefined,
    { kill, stopping }: { readonly kill: () => void; readonly stopping: AbortController },
  ): RunningJob<Args> {
    let isCompleting = false;
    const dies = (): Promise<never> => {
      kill();
      return new Promise(() => {});
    };
    const point = async (): Promise<void> => {
      this.points += 1;
      if (stop === undefined || !("point" in stop) || this.points < stop.point) return;
      if (stop.how === "killed") await dies();
      stopping.abort(new Cancelled());
      throw new Cancelled();
    };
    const made = this.cursors.length;
    return {
      ...this.#step(stopping.signal),
      attempt: 1,
      speed: 0,
      changed: {},
      get completing() {
        return isCompleting;
      },
      softCancelled: false,
      pausePoint: point,
      charge: point,
      sleep: point,
      checkpoint: async (cursor) => {
        this.cursors.push(durable(cursor));
        if (stop && "checkpoint" in stop && this.cursors.length - made === stop.checkpoint) {
          await dies();
        }
      },
      becomeReady: async () => {
        equal(this.#driver.ready, true, "becomeReady: the driver is not declared to");
        await point();
        isCompleting = true;
      },
      ioError: async (error) => {
        throw error;
      },
    };
  }
}
