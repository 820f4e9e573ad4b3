/** Priority: of the jobs that wait for a worker the higher go first, then the oldest. */
import { expect, test } from "vitest";
import { accepted, Fleet } from "./fleet.ts";
import { scriptedDriver } from "./scripted-driver.ts";

const alone = { worker: { concurrency: 1 } };

/** Runs for a minute, which is longer than a lease, and than what the keeper offers again after. */
const busy = { type: "busy", id: "busy" };
const busyDriver = () => scriptedDriver({ type: "busy" }, { steps: 60 });

function runs(calls: readonly string[]): readonly string[] {
  return calls.filter((call) => call.startsWith("run "));
}

test("jobs start in the order of their priorities, then of their age, as slots become free", async () => {
  await using fleet = new Fleet();
  const driver = scriptedDriver();
  await fleet.open("w1", [driver, busyDriver()], alone);
  await fleet.start(busy);
  const uids = [];
  for (const [id, priority] of [
    ["b", 0],
    ["z", -9],
    ["n", 9],
    ["c", 3],
    ["a", 0],
    ["m", 9],
  ] as const) {
    uids.push(await fleet.start({ type: "work", id, priority }));
  }
  await fleet.world.advance(35_000);
  expect(driver.calls).toEqual([]);
  for (const uid of uids) expect((await fleet.ended(uid)).outcome).toBe("success");
  expect(runs(driver.calls)).toEqual(["n", "m", "c", "b", "a", "z"].map((id) => `run ${id} 1`));
});

test("a job whose worker is lost goes on before those of a lower priority that waited longer", async () => {
  await using fleet = new Fleet();
  const lost = await fleet.open("w1", [scriptedDriver()], alone);
  const high = await fleet.start({ type: "work", id: "high", priority: 1 });
  const driver = scriptedDriver();
  await fleet.open("w2", [driver, busyDriver()], alone);
  await fleet.start(busy);
  const low = await fleet.start({ type: "work", id: "low" });
  lost.process.kill();
  for (const uid of [high, low]) expect((await fleet.ended(uid)).outcome).toBe("success");
  expect(runs(driver.calls)).toEqual(["run high 2", "run low 1"]);
});

test("the priority is part of the request, and from -9 to 9", async () => {
  await using fleet = new Fleet();
  await fleet.open("w1", [scriptedDriver()]);
  const ask = (priority: number) =>
    fleet.create({ jobs: [{ type: "work", priority }] }, { id: "c1" });
  for (const wrong of [10, -10, 0.5]) expect(await ask(wrong)).toMatchObject({ guard: "spec" });
  const { rev, group } = accepted(await ask(-9));
  expect(group.jobs[0]?.priority).toBe(-9);
  expect(accepted(await ask(-9)).rev).toBe(rev);
  expect(await ask(9)).toMatchObject({ guard: "command-id" });
});
