/** The checks of a driver in real systems: what the other checks rehearse, told by a real log. */
import {
  Cancelled,
  type Driver,
  type Json,
  type JsonObject,
  type Step,
} from "../../actors/driver.ts";
import type { Check } from "./check.ts";
import { telling } from "./contract-error.ts";
import type { StepName } from "./life.ts";
import { altered, atPoint, Stage } from "./stage.ts";
import type { Subject, Trial, Whole } from "./subject.ts";

/** The check without a log that rehearses what a check in a real system does. */
export const rehearsals = {
  paused: "goes on after a pause, wherever it is paused",
  cancelled: "stops when it is cancelled at any pause point, and is undone",
  drained: "goes on elsewhere when a draining worker gives it back at any pause point",
  dead: "goes on after its process died at any pause point",
  finishedTwice: "prepares, commits and cleans twice as if it were once",
  undoneTwice: "undoes a job that was prepared, twice as if it were once",
} as const;
type Rehearsal = (typeof rehearsals)[keyof typeof rehearsals];

export function systemChecks(): readonly Check[] {
  return [
    {
      name: "is paused and resumed in a real system, and succeeds",
      body: async (trial) => {
        const middle = middleOf(await trial.whole());
        await using scene = await Scene.of(trial);
        const { stage } = scene;
        await stage.open(atPoint(trial.subject.driver, middle, () => stage.ask("pause")));
        await stage.create();
        if (await stage.reaches("paused", "standby")) await stage.ask("resume");
        await scene.expectSuccess(rehearsals.paused);
      },
    },
    {
      name: "is cancelled in a real system, and undone",
      body: async (trial) => {
        const middle = middleOf(await trial.whole());
        await using scene = await Scene.of(trial);
        const { stage } = scene;
        await stage.open(atPoint(trial.subject.driver, middle, () => stage.ask("cancel")));
        await stage.create();
        await scene.expectUndone(rehearsals.cancelled);
      },
    },
    {
      name: "goes on with another worker when its own drains",
      appliesTo: isRunAgain,
      body: async (trial) => {
        const middle = middleOf(await trial.whole());
        await using scene = await Scene.of(trial);
        const { stage } = scene;
        const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        const first = await stage.open(
          atPoint(trial.subject.driver, middle, async () => {
            reached.resolve();
            await goOn.promise;
          }),
        );
        await stage.create();
        await stage.comesTo(`pause point ${middle}`, reached.promise);
        await stage.open(trial.subject.driver);
        void first.drain();
        goOn.resolve();
        await scene.expectSuccess(rehearsals.drained);
      },
    },
    {
      name: "goes on with another worker when its own dies",
      appliesTo: isRunAgain,
      body: async (trial) => {
        const middle = middleOf(await trial.whole());
        await using scene = await Scene.of(trial);
        await scene.dieIn(`pause point ${middle}`, (die) =>
          atPoint(trial.subject.driver, middle, die),
        );
        await scene.expectSuccess(rehearsals.dead);
      },
    },
    ...(["prepare", "commit", "clean"] as const).map((step): Check => ({
      name: `succeeds when its worker dies between ${step} and saying so`,
      appliesTo: ({ driver }) => driver[step] !== undefined,
      body: async (trial) => {
        await using scene = await Scene.of(trial);
        await scene.dieIn(step, (die) => thenDies(trial.subject.driver, step, die));
        await scene.expectSuccess(rehearsals.finishedTwice);
      },
    })),
    {
      name: "is undone when its worker dies between abort and saying so",
      appliesTo: ({ driver }) => driver.abort !== undefined,
      body: async (trial) => {
        const middle = middleOf(await trial.whole());
        await using scene = await Scene.of(trial);
        const { stage } = scene;
        await scene.dieIn("abort", (die) =>
          atPoint(thenDies(trial.subject.driver, "abort", die), middle, () => stage.ask("cancel")),
        );
        await scene.expectUndone(rehearsals.undoneTwice);
      },
    },
    {
      name: "is undone with its group when another member votes no",
      body: async (trial) => {
        await using scene = await Scene.of(trial);
        const prepared = Promise.withResolvers<void>();
        const { driver } = trial.subject;
        if (driver.prepare === undefined) prepared.resolve();
        const refuser: Driver = {
          type: "votes-no",
          args: {},
          run: async () => {},
          prepare: async () => {
            await prepared.promise;
            throw new Error("this member votes no");
          },
        };
        const watched = altered(driver, {
          prepare: (step) => prepareOf(driver, step).finally(prepared.resolve),
        });
        await scene.stage.open(driver.prepare === undefined ? driver : watched, refuser);
        await scene.stage.create(refuser.type);
        await scene.expectUndone(rehearsals.undoneTwice);
      },
    },
  ];
}

function isRunAgain({ driver }: Subject): boolean {
  return driver.recover !== "fail";
}

function middleOf({ points }: Whole): number {
  return Math.max(1, Math.ceil(points / 2));
}

async function prepareOf(driver: Driver, step: Step): Promise<Json | void> {
  return driver.prepare?.(step);
}

/** The driver, whose process dies when it has done that step. */
function thenDies(driver: Driver, step: StepName, die: () => Promise<void>): Driver {
  return altered(driver, {
    [step]: async (given: Step) => {
      await driver[step]?.(given);
      await die();
    },
  });
}

/** One job with fresh arguments on a stage, and what the world showed before it. */
class Scene implements AsyncDisposable {
  readonly stage: Stage;
  readonly #trial: Trial;
  readonly #args: JsonObject;
  readonly #before: Json;
  /** Those that died may close their files when all is over. */
  readonly #over = Promise.withResolvers<never>();

  private constructor(trial: Trial, args: JsonObject, before: Json) {
    this.stage = new Stage(trial.subject.driver.type, args);
    this.#trial = trial;
    this.#args = args;
    this.#before = before;
    this.#over.promise.catch(() => {});
    // A check that gave up does not come to its own end: nothing of it is to go on.
    trial.over.addEventListener("abort", () => void this[Symbol.asyncDispose](), { once: true });
  }

  static async of(trial: Trial): Promise<Scene> {
    const args = await trial.subject.fresh();
    return new Scene(trial, args, await trial.subject.shown(args, null));
  }

  /** The first worker has the mortal driver; when it has died, another takes over. */
  async dieIn(where: string, mortal: (die: () => Promise<void>) => Driver): Promise<void> {
    const reached = Promise.withResolvers<void>();
    const die = (): Promise<never> => {
      reached.resolve();
      return this.#over.promise;
    };
    const first = await this.stage.open(mortal(die));
    await this.stage.create();
    await this.stage.comesTo(where, reached.promise);
    await this.stage.open(this.#trial.subject.driver);
    await this.stage.kill(first);
  }

  async expectSuccess(rehearsal: Rehearsal): Promise<void> {
    const { result } = await this.stage.settled("success");
    await telling("in a real system, ", () =>
      this.#trial.expectDone(this.#args, result, this.#why(rehearsal)),
    );
  }

  async expectUndone(rehearsal: Rehearsal): Promise<void> {
    await this.stage.settled("cancelled");
    await telling("in a real system, ", () =>
      this.#trial.expectUndone(this.#args, this.#before, this.#why(rehearsal)),
    );
  }

  /** Whether a log has to do with it. */
  #why(rehearsal: Rehearsal): string {
    const isWell = this.#trial.subject.passed.get(rehearsal);
    if (isWell === undefined) return `'${rehearsal}' tries the same without a log: begin there`;
    return isWell
      ? "The same was well without a log: look for what depends on uid, epoch or timing"
      : `As without a log, in '${rehearsal}'`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.reject(new Cancelled());
    await this.stage[Symbol.asyncDispose]();
  }
}
