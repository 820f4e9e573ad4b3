import { expect, test } from "vitest";
import type { Signals } from "../bus/bus.ts";
import type { Driver } from "./driver.ts";
import { Fleet } from "./fleet.ts";
import { Meter, type Sample } from "./meter.ts";
import { VirtualWorld } from "./virtual-world.ts";

/** A meter at 10 of 100, and what it has said so far. */
function metered() {
  const world = new VirtualWorld();
  const said: Sample[] = [];
  const publish = (_subject: string, data: string) => said.push(JSON.parse(data) as Sample);
  const signals = { publish } as Partial<Signals> as Signals;
  const meter = new Meter({ current: 10, total: 100 }, { signals, world, uid: "a-1", epoch: 1 });
  return { meter, world, said };
}

test("a sample says when the progress last grew, and growing is more than before", async () => {
  const { meter, world, said } = metered();
  meter.update(10, 100);
  expect(said.at(-1)).toMatchObject({ current: 10, movedAt: null });
  await world.advance(1_000);
  const movedAt = world.now();
  meter.update(20, 100);
  await world.advance(1_000);
  meter.update(20, 100);
  meter.update(5, 100);
  expect(said.at(-1)).toMatchObject({ current: 20, movedAt, at: movedAt + 1_000 });
});

test("a reminder says what came too soon to be said, and nothing twice within ten minutes", async () => {
  const { meter, world, said } = metered();
  meter.remind();
  expect(said).toEqual([]);
  meter.update(20, 100);
  meter.update(30, 100);
  expect(said.map(({ current }) => current)).toEqual([20]);
  meter.remind();
  meter.remind();
  expect(said.map(({ current }) => current)).toEqual([20, 30]);
  await world.advance(600_000);
  meter.remind();
  expect(said).toHaveLength(3);
  expect(said[2]).toMatchObject({ current: 30, rate: null, movedAt: said[1]?.movedAt });
});

test("a long rest under the speed limit is told, and that it was cut short, too", async () => {
  const { meter, world, said } = metered();
  meter.rest(999);
  expect(said).toEqual([]);
  meter.rest(60_000);
  expect(said.at(-1)?.restsUntil).toBe(world.now() + 60_000);
  await world.advance(1_000);
  meter.rest(5);
  expect(said.at(-1)?.restsUntil).toBe(world.now() + 5);
  await world.advance(1_000);
  meter.rest(5);
  expect(said).toHaveLength(2);
});

/** Reports twice at once, charges a minute's work, and does nothing for a day. */
const slow: Driver = {
  type: "slow",
  args: {},
  async run(job) {
    job.progress(1, 9);
    job.progress(2, 9);
    await job.charge(600);
    await job.sleep(86_400_000);
  },
};

test("a worker tells the rests of its runs, and reminds of where they stand", async () => {
  await using fleet = new Fleet();
  await fleet.open("w1", [slow]);
  const uid = await fleet.start({ type: "slow", speed: 1 });
  const kept = async () => {
    const text = (await fleet.bus.signals.kept(`progress.${uid}`)).get(`progress.${uid}`);
    return JSON.parse(text ?? "{}") as Partial<Sample>;
  };
  const restsUntil = fleet.world.now() + 60_000;
  expect(await kept()).toMatchObject({ epoch: 1, current: 2, restsUntil });
  await fleet.world.advance(70_000);
  const before = await kept();
  await fleet.world.advance(545_000);
  expect(await kept()).toEqual({ ...before, rate: null, at: (before.at ?? 0) + 600_000 });
});

test("a rate is from step to step, however seldom one comes, and falls when none does", async () => {
  const { meter, world, said } = metered();
  const rates: (number | null | undefined)[] = [];
  for (let tick = 0; tick < 45; tick += 1) {
    meter.update(10 + Math.min(3, Math.floor(tick / 10)) * 20, 100);
    if (tick % 10 === 5) rates.push(said.at(-1)?.rate);
    await world.advance(100);
  }
  expect(rates).toEqual([null, 20, 20, 20]);
  await world.advance(2_500);
  meter.update(70, 100);
  expect(said.at(-1)?.rate).toBeLessThan(15);
  await world.advance(60_000);
  meter.update(70, 100);
  expect(said.at(-1)?.rate).toBe(0);
});
