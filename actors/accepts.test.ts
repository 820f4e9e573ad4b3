/** What a worker takes of a type: jobs by their arguments, and the others are left to others. */
import { expect, test, vi } from "vitest";
import type { Driver } from "./driver.ts";
import { Fleet } from "./fleet.ts";
import { Lease } from "./lease.ts";
import { scriptedDriver } from "./scripted-driver.ts";

const only = (program: string) => ({
  accepts: { work: (args: object) => (args as { program?: string }).program === program },
});

test("jobs go to the worker that accepts them, whoever is given them first", async () => {
  await using fleet = new Fleet();
  const [sh, dd] = [scriptedDriver(), scriptedDriver()];
  await fleet.open("w1", [sh], { worker: only("sh") });
  await fleet.open("w2", [dd], { worker: only("dd") });
  const uids: string[] = [];
  for (let n = 0; n < 12; n += 1) {
    const program = n % 2 === 0 ? "sh" : "dd";
    uids.push(await fleet.start({ type: "work", id: `${program}${n}`, args: { program } }));
  }
  for (const uid of uids) expect((await fleet.ended(uid)).outcome).toBe("success");
  expect(sh.calls.filter((call) => !call.includes(" sh"))).toEqual([]);
  expect(dd.calls.filter((call) => !call.includes(" dd"))).toEqual([]);
});

test("one that nobody accepts is looked at every ten seconds, until somebody comes", async () => {
  let [looked, given] = [0, 0];
  await using fleet = new Fleet((bus) => ({
    ...bus,
    queue: {
      ...bus.queue,
      take: async (...wanted) => {
        const item = await bus.queue.take(...wanted);
        given += item === undefined ? 0 : 1;
        return item;
      },
    },
  }));
  const driver = scriptedDriver();
  const accepts = { work: async () => (looked += 1) === 0 };
  await fleet.open("w1", [driver], { worker: { accepts } });
  const uid = await fleet.start({ type: "work" });
  await fleet.world.advance(60_000);
  expect(await fleet.job(uid)).toMatchObject({ status: "created", epoch: 0, claim: null });
  expect([looked, given]).toEqual([6, 6]);
  expect(driver.calls).toEqual([]);
  await fleet.open("w2", [scriptedDriver()]);
  expect((await fleet.ended(uid)).outcome).toBe("success");
});

test("its other types are claimed unseen, and its lease says of which it picks", async () => {
  await using fleet = new Fleet();
  const accepts = { work: () => true };
  const other: Driver = { ...scriptedDriver(), type: "other" };
  const drivers = [scriptedDriver(), other];
  const { system } = await fleet.open("w1", drivers, { worker: { accepts } });
  const look = vi.spyOn(system.desk, "look");
  for (const [type, looks] of [
    ["work", 1],
    ["other", 0],
  ] as const) {
    look.mockClear();
    const uid = await fleet.start({ type });
    expect(await fleet.job(uid)).toMatchObject({ status: "running" });
    expect(look).toHaveBeenCalledTimes(looks);
    expect((await fleet.ended(uid)).outcome).toBe("success");
  }
  expect((await Lease.live(fleet.bus.values))[0]).toMatchObject({ picks: ["work"] });
});

test("a rule that fails is an error of the worker, and takes no job", async () => {
  await using fleet = new Fleet();
  const accepts = {
    work: (): boolean => {
      throw new Error("no rule");
    },
  };
  await fleet.open("w1", [scriptedDriver()], { worker: { accepts } });
  const uid = await fleet.start({ type: "work" });
  expect(await fleet.job(uid)).toMatchObject({ status: "created" });
  expect(fleet.errors).toEqual([new Error("no rule")]);
});
