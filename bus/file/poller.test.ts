/** The poller looks no oftener for having been asked often. */
import { expect, test } from "vitest";
import { realWorld, type World } from "../world.ts";
import { Poller } from "./poller.ts";

test("a poller that was held and let go many times runs one loop", async () => {
  const sleepers: (() => void)[] = [];
  const world: World = {
    ...realWorld,
    sleep: () => new Promise<void>((resolve) => sleepers.push(resolve)),
  };
  let looks = 0;
  const poller = new Poller(world, new AbortController().signal, () => (looks += 1));
  for (let time = 0; time < 50; time += 1) poller.hold("foreground")[Symbol.dispose]();
  poller.hold("foreground");
  for (let turn = 1; turn <= 3; turn += 1) {
    expect(sleepers).toHaveLength(1);
    sleepers.pop()?.();
    await Promise.resolve();
    await Promise.resolve();
    expect(looks).toBe(turn);
  }
});

test("a poller that was let go stops, and begins again when it is held", async () => {
  let sleeps = 0;
  const world: World = { ...realWorld, sleep: async () => void (sleeps += 1) };
  const poller = new Poller(world, new AbortController().signal, () => {});
  poller.hold("background")[Symbol.dispose]();
  await Promise.resolve();
  const stoppedAt = sleeps;
  await new Promise(setImmediate);
  expect(sleeps).toBeLessThanOrEqual(stoppedAt + 1);
  using held = poller.hold("background");
  await Promise.resolve();
  expect(sleeps).toBeGreaterThan(stoppedAt);
  held[Symbol.dispose]();
});
