/** A program that is slowed down comes near its limit, however it tells its progress. */
import { expect, test } from "vitest";
import { realWorld } from "../../bus/world.ts";
import { CommandTrial } from "./command-trial.ts";

const soonMs = 1_000;
const overMs = 12_000;

test.each([
  ["a line every few milliseconds", 50, "i=$((i+1)); echo $i; sleep 0.01"],
  ["a line every second", 50, "i=$((i+100)); sleep 1; echo $i"],
])("%s, %i units a second", async (_how, speed, line) => {
  await using stage = await CommandTrial.open();
  const progress = String.raw`^(?<current>\d+)$`;
  const uid = await stage.script(`i=0; while :; do ${line}; done`, { progress }, { speed });
  const done = async (): Promise<number> =>
    (await stage.system.job(uid))?.["current-progress"] ?? 0;
  await realWorld.sleep(soonMs);
  const [before, since] = [await done(), realWorld.monotonic()];
  await realWorld.sleep(overMs);
  const rate = ((await done()) - before) / ((realWorld.monotonic() - since) / 1_000);
  console.log(`${rate.toFixed(1)} of ${speed}`);
  // A busy machine takes some of it, and of what is told once a second a line may be missing.
  expect(Math.abs(rate - speed)).toBeLessThan(speed / 4);
  await stage.ask("cancel", uid);
  await stage.end(uid);
});
