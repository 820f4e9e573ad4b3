/** Drain: a worker that leaves gives its jobs back, and they go on elsewhere. */
import { expect, test } from "vitest";
import type { Step } from "./driver.ts";
import { Fleet } from "./fleet.ts";
import { hanging, scriptedDriver } from "./scripted-driver.ts";
import type { System } from "./system.ts";

const graceMs = 10_000;

/** Drains while time goes on; resolves with how many jobs were not given back. */
async function drained(fleet: Fleet, { worker }: System): Promise<number | undefined> {
  const draining = worker?.drain(graceMs);
  await fleet.world.advance(graceMs);
  return draining;
}

test("a drained job goes on elsewhere from its checkpoint, as the same attempt", async () => {
  await using fleet = new Fleet();
  const { system } = await fleet.open("w1", [scriptedDriver({}, { steps: 20 })]);
  const uid = await fleet.start({ type: "work", id: "a" });
  await fleet.world.advance(5_500);
  await fleet.open("w2", [scriptedDriver({}, { steps: 20 })]);
  expect(await drained(fleet, system)).toBe(0);
  const job = await fleet.until(uid, ({ epoch }) => epoch === 2);
  expect(job).toMatchObject({ status: "running", attempt: 1, losses: 0 });
  expect(job.claim?.worker).toBe("w2");
  expect((await fleet.ended(uid)).outcome).toBe("success");
  expect(await fleet.path(uid)).toBe("created running waiting pending concluded null");
  expect(await fleet.bus.values.list("cursor.")).toEqual([]);
});

test("a drained job that was paused stays paused, wherever it goes", async () => {
  await using fleet = new Fleet();
  const { system } = await fleet.open("w1", [scriptedDriver()]);
  const uid = await fleet.start({ type: "work" });
  await fleet.ask("pause", uid);
  expect(await drained(fleet, system)).toBe(0);
  expect(await fleet.job(uid)).toMatchObject({ status: "paused", claim: null });
  await fleet.open("w2", [scriptedDriver()]);
  await fleet.until(uid, ({ epoch }) => epoch === 2);
  expect((await fleet.job(uid)).status).toBe("paused");
  await fleet.ask("resume", uid);
  expect((await fleet.ended(uid)).outcome).toBe("success");
});

test("a job that was paused at the end of its run is given back too", async () => {
  await using fleet = new Fleet();
  const asked = Promise.withResolvers<void>();
  const driver = scriptedDriver({
    run: async (job) => {
      await asked.promise;
      job.pausePoint().catch(() => {});
    },
  });
  const { system } = await fleet.open("w1", [driver]);
  const uid = await fleet.start({ type: "work" });
  await fleet.ask("pause", uid);
  asked.resolve();
  await fleet.until(uid, ({ status }) => status === "paused");
  expect(await drained(fleet, system)).toBe(0);
  expect(await fleet.job(uid)).toMatchObject({ status: "paused", claim: null });
});

test("a job whose driver cannot go on elsewhere stays parked and is not given back", async () => {
  await using fleet = new Fleet();
  const driver = scriptedDriver({ recover: "fail" });
  const { system } = await fleet.open("w1", [driver]);
  const uid = await fleet.start({ type: "work", id: "a" });
  await fleet.ask("pause", uid);
  expect(await drained(fleet, system)).toBe(1);
  expect(await fleet.job(uid)).toMatchObject({ status: "paused", epoch: 1 });
  expect(driver.calls).toEqual(["run a 1", "pause a 1"]);
});

test("waiting and pending jobs are given back, and finish elsewhere", async () => {
  await using fleet = new Fleet();
  const { system } = await fleet.open("w1", [scriptedDriver()]);
  const uid = await fleet.start({ type: "work", id: "a", autoFinalize: false });
  await fleet.until(uid, ({ status }) => status === "pending");
  expect(await drained(fleet, system)).toBe(0);
  const driver = scriptedDriver();
  await fleet.open("w2", [driver]);
  await fleet.ask("finalize", uid);
  expect((await fleet.ended(uid)).outcome).toBe("success");
  expect(driver.calls).toEqual(["prepare a 2", "commit a 2", "clean a 2"]);
});

test("prepare is interrupted, and begins anew elsewhere", async () => {
  await using fleet = new Fleet();
  const { system } = await fleet.open("w1", [scriptedDriver({ prepare: untilStopped })]);
  const uid = await fleet.start({ type: "work" });
  await fleet.until(uid, ({ finalizing }) => finalizing);
  expect(await drained(fleet, system)).toBe(0);
  expect(await fleet.job(uid)).toMatchObject({ status: "pending", claim: null, vote: null });
  await fleet.open("w2", [scriptedDriver({ prepare: async () => {} })]);
  expect(await fleet.ended(uid)).toMatchObject({ outcome: "success", epoch: 2 });
});

test("a step that is under way is finished, one that waits for its next try is given back", async () => {
  await using fleet = new Fleet();
  let tries = 0;
  const commit = (): Promise<void> => {
    tries += 1;
    return Promise.reject(new Error("not yet"));
  };
  const { system } = await fleet.open("w1", [scriptedDriver({ commit })]);
  const uid = await fleet.start({ type: "work" });
  await fleet.until(uid, ({ stuck }) => stuck?.tries === 3);
  expect(await drained(fleet, system)).toBe(0);
  expect(await fleet.job(uid)).toMatchObject({ status: "pending", claim: null });
  expect(tries).toBe(3);
});

test("a run that hangs is counted, and is another worker's once the session is closed", async () => {
  await using fleet = new Fleet();
  const { system } = await fleet.open("w1", [scriptedDriver({ run: hanging })]);
  const uid = await fleet.start({ type: "work", id: "a" });
  expect(await drained(fleet, system)).toBe(1);
  await system[Symbol.asyncDispose]();
  const driver = scriptedDriver();
  await fleet.open("w2", [driver]);
  expect((await fleet.ended(uid)).outcome).toBe("success");
  expect(driver.calls[0]).toBe("run a 2");
});

test("a drained worker takes nothing back, its own jobs neither", async () => {
  await using fleet = new Fleet();
  const { system } = await fleet.open("w1", [scriptedDriver({}, { steps: 100 })], {
    worker: { takes: "own" },
  });
  const uid = await fleet.start({ type: "work" });
  system.worker?.adopt(await system.desk.look(uid.slice(0, -2)));
  await system.worker?.takeOwn(uid);
  await fleet.until(uid, ({ epoch }) => epoch === 1);
  expect(await drained(fleet, system)).toBe(0);
  await fleet.world.advance(60_000);
  expect(await fleet.job(uid)).toMatchObject({ epoch: 1, claim: null });
});

test("closing ends the session at once, and its jobs are offered again", async () => {
  await using fleet = new Fleet();
  const { system } = await fleet.open("w1", [scriptedDriver({}, { steps: 100 })]);
  const uid = await fleet.start({ type: "work" });
  await fleet.world.advance(3_500);
  await system[Symbol.asyncDispose]();
  expect(await fleet.bus.values.list("lease.")).toEqual([]);
  await fleet.open("w2", [scriptedDriver({}, { steps: 100 })]);
  expect(await fleet.until(uid, ({ epoch }) => epoch === 2, 2_000)).toMatchObject({ cursor: 3 });
  expect(fleet.errors).toEqual([]);
});

/** A step that goes on until its signal aborts. */
function untilStopped({ signal }: Step): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error));
  });
}
