/** The checks of prepare, commit, abort and clean: they may be asked for again, and they undo. */
import type { Json } from "../../actors/driver.ts";
import type { Check } from "./check.ts";
import { telling } from "./contract-error.ts";
import type { Life } from "./life.ts";
import { stops, stopText, type Stop } from "./stop.ts";
import type { Trial } from "./subject.ts";

const idempotent =
  "A step that is asked for again must find that it was done, and leave it at that";
const undoes = "Abort undoes whatever run and prepare did, clean removes what is left over";

export function stepChecks(): readonly Check[] {
  return [
    {
      name: "prepares, commits and cleans twice as if it were once",
      body: async (trial) => {
        const life = await trial.life();
        await life.run();
        await life.finish({ times: 2 });
        await trial.expectDone(life.args, life.result, idempotent);
      },
    },
    {
      name: "commits once when a worker thought dead commits at the same time",
      appliesTo: ({ driver }) => driver.commit !== undefined,
      body: async (trial) => {
        const life = await trial.life();
        await life.run();
        await life.step("prepare");
        // Either may fail, for the other was quicker; the one that counts is asked for again.
        await Promise.allSettled([life.step("commit"), life.step("commit")]);
        await telling("after two commits at once, ", () => life.step("commit"));
        await life.step("clean");
        await trial.expectDone(life.args, life.result, idempotent);
      },
    },
    {
      name: "keeps two jobs apart that are under way at the same time",
      appliesTo: ({ isFresh }) => isFresh,
      body: async (trial) => {
        const [one, other] = [await trial.life(), await trial.life()];
        for (const life of [one, other]) await life.run();
        for (const step of ["prepare", "commit", "clean"] as const) {
          for (const life of [one, other]) await life.step(step);
        }
        const why =
          "Keep nothing in variables between calls: args, cursor and result are what lasts";
        for (const life of [one, other]) await trial.expectDone(life.args, life.result, why);
      },
    },
    {
      name: "stops when it is cancelled at any pause point, and is undone",
      body: (trial) => isUndone(trial, "cancelled"),
    },
    {
      name: "undoes what a run did whose process died",
      body: (trial) => isUndone(trial, "killed"),
    },
    {
      name: "undoes a run that ended",
      body: (trial) => undone(trial, (life) => life.run()),
    },
    {
      name: "undoes a job that was prepared, twice as if it were once",
      body: (trial) =>
        undone(trial, async (life) => {
          await life.run();
          await life.step("prepare");
          await life.undo();
        }),
    },
    {
      name: "undoes nothing where nothing was done",
      body: (trial) => undone(trial, async () => {}),
    },
  ];
}

/** Stops a life at each pause point, and undoes it: the world is as it was. */
async function isUndone(trial: Trial, how: Stop["how"]): Promise<void> {
  const whole = await trial.whole();
  for (const stop of stops(how, "pause point", whole)) {
    await telling(`${stopText(stop, whole)}: `, () => undone(trial, (life) => life.run({ stop })));
  }
}

async function undone(trial: Trial, live: (life: Life) => Promise<unknown>): Promise<void> {
  const life = await trial.life();
  const before: Json = await trial.subject.shown(life.args, null);
  await live(life);
  await life.undo();
  await trial.expectUndone(life.args, before, undoes);
}
