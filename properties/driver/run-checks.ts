/** The checks of a driver's run: wherever it is paused, killed or given back, its end is the same. */
import { whyMisfit, jobTypeOf } from "../../actors/registry.ts";
import type { Check } from "./check.ts";
import { ContractError, telling } from "./contract-error.ts";
import type { Life } from "./life.ts";
import { stops, stopText, type Stop } from "./stop.ts";
import type { Trial } from "./subject.ts";

const goesOn =
  "Begin a run by cutting back to what its checkpoint names, and write a checkpoint only after " +
  "the data that it names is durable";

const pauseChangesNothing =
  "A pause changes nothing: look at what pause() and resume() do, and at what depends on timing";

export function runChecks(): readonly Check[] {
  return [
    {
      name: "declares itself, and takes the arguments that it is tested with",
      body: async ({ subject }) => {
        const jobType = jobTypeOf(subject.driver);
        const misfit = whyMisfit(jobType.args, await subject.fresh(), "create");
        if (misfit !== undefined)
          throw new ContractError(`the driver's own schema refuses them: ${misfit.refused}`);
      },
    },
    {
      name: "comes to its end by way of pause points",
      body: async (trial) => {
        const { points } = await trial.whole();
        if (points > 0) return;
        throw new ContractError(
          "run has passed no pause point: it can be neither paused nor cancelled. " +
            "Call `await job.pausePoint()`, `charge` or `sleep` between chunks of work",
        );
      },
    },
    {
      name: "awaits every pause point and checkpoint",
      body: async (trial) => {
        const life = await trial.life();
        await life.run();
        const { missing } = life.job.calls;
        if (missing.length === 0) return;
        throw new ContractError(
          `run did not await ${missing.join(", ")}: without \`await\` it neither stops there nor ` +
            "hears that it failed",
        );
      },
    },
    {
      name: "never reports progress that goes back",
      body: async (trial) => {
        const life = await trial.life();
        await life.run();
        const { amounts } = life.job;
        const at = amounts.findIndex((amount, index) => amount < (amounts[index - 1] ?? 0));
        if (at !== -1)
          throw new ContractError(
            `progress went from ${amounts[at - 1] ?? 0} back to ${amounts[at]}`,
          );
      },
    },
    {
      name: "goes on after a pause, wherever it is paused",
      body: (trial) => endsTheSame(trial, "paused", "pause point", async () => {}),
    },
    {
      name: "goes on from every checkpoint after its process died there",
      appliesTo: isRunAgain,
      body: (trial) => endsTheSame(trial, "killed", "checkpoint", again),
    },
    {
      name: "goes on after its process died at any pause point",
      appliesTo: isRunAgain,
      body: (trial) => endsTheSame(trial, "killed", "pause point", again),
    },
    {
      name: "goes on after its process died twice",
      appliesTo: isRunAgain,
      body: (trial) =>
        endsTheSame(trial, "killed", "pause point", async (life) => {
          await life.run({ stop: { how: "killed", at: "pause point", count: 1 } });
          await again(life);
        }),
    },
    {
      name: "goes on elsewhere when a draining worker gives it back at any pause point",
      appliesTo: isRunAgain,
      body: (trial) => endsTheSame(trial, "given back", "pause point", again),
    },
    {
      name: "becomes ready, and ends when it is completed",
      appliesTo: ({ driver }) => driver.ready === true,
      body: async (trial) => {
        const life = await trial.life();
        await life.run();
        if (life.job.isReady) return;
        throw new ContractError(
          "the driver declares `ready: true`, but run never called `await job.becomeReady()`",
        );
      },
    },
    {
      name: "ends successfully when a soft cancel is asked for",
      appliesTo: ({ driver }) => driver.softCancel === true,
      body: async (trial) => {
        const life = await trial.life();
        await telling("after a soft cancel, ", () => life.run({ whenReady: "soft cancel" }));
        await telling("after a soft cancel, ", () => life.finish());
      },
    },
  ];
}

function isRunAgain({ driver }: Trial["subject"]): boolean {
  return driver.recover !== "fail";
}

async function again(life: Life): Promise<void> {
  await telling("run again, ", () => life.run());
}

/** Interrupts a life at each place, lets it go on, and finishes it: all is as if nothing had been. */
async function endsTheSame(
  trial: Trial,
  how: Stop["how"],
  at: Stop["at"],
  goOn: (life: Life) => Promise<void>,
): Promise<void> {
  const whole = await trial.whole();
  for (const stop of stops(how, at, whole)) {
    await telling(`${stopText(stop, whole)}: `, async () => {
      const life = await trial.life();
      if ((await life.run({ stop })) === "stopped") await goOn(life);
      await life.finish();
      await trial.expectDone(
        life.args,
        life.result,
        how === "paused" ? pauseChangesNothing : goesOn,
      );
    });
  }
}
