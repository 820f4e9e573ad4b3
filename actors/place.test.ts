/** Where a job runs, and how many at once: hosts, shapes, slots. */
import { describe, expect, test } from "vitest";
import { Fleet } from "./fleet.ts";
import type { RunningJob } from "./driver.ts";
import { scriptedDriver } from "./scripted-driver.ts";

describe("slots", () => {
  test("a worker runs as many jobs at once as it was told to", async () => {
    await using fleet = new Fleet();
    let [atWork, most] = [0, 0];
    const run = async (job: RunningJob): Promise<void> => {
      atWork += 1;
      most = Math.max(most, atWork);
      await job.sleep(1_000);
      atWork -= 1;
    };
    await fleet.open("w1", [scriptedDriver({ run })], { worker: { concurrency: 3 } });
    const uids: string[] = [];
    for (let n = 0; n < 10; n += 1) uids.push(await fleet.start({ type: "work" }));
    for (const uid of uids) await fleet.ended(uid);
    expect(most).toBe(3);
  });

  test("paused jobs take no slot, and a resumed one goes on at once", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({}, { steps: 100 })], { worker: { concurrency: 1 } });
    const first = await fleet.start({ type: "work" });
    await fleet.ask("pause", first);
    const second = await fleet.start({ type: "work" });
    const third = await fleet.start({ type: "work" });
    await fleet.world.settle();
    expect((await fleet.job(second)).status).toBe("running");
    await fleet.ask("resume", first);
    expect((await fleet.job(first)).status).toBe("running");
    await fleet.world.advance(20_000);
    expect((await fleet.job(third)).status).toBe("created");
  });

  test("a group larger than the concurrency does not wait for itself", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver()], { worker: { concurrency: 2 } });
    const jobs = Array.from({ length: 9 }, () => ({ type: "work" }));
    for (const uid of await fleet.startGrouped(...jobs)) {
      expect((await fleet.ended(uid)).outcome).toBe("success");
    }
  });

  test("jobs that wait to be finalized take none", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver()], { worker: { concurrency: 1 } });
    const pending = await fleet.start({ type: "work", autoFinalize: false });
    const next = await fleet.start({ type: "work" });
    expect((await fleet.ended(next)).outcome).toBe("success");
    expect((await fleet.job(pending)).status).toBe("pending");
  });
});

describe("a job bound to its host", () => {
  test("goes on and finishes on the host that first claimed it, and waits for it", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("h1", [scriptedDriver({ place: "host" })]);
    const uid = await fleet.start({ type: "work", id: "a" });
    process.kill();
    const elsewhere = scriptedDriver({ place: "host" });
    await fleet.open("h2", [elsewhere]);
    await fleet.world.advance(60_000);
    expect(await fleet.job(uid)).toMatchObject({ epoch: 1, claim: null, host: "h1" });
    const back = scriptedDriver({ place: "host" });
    await fleet.open("h1-again", [back], { worker: { host: "h1" } });
    expect((await fleet.ended(uid)).outcome).toBe("success");
    expect(elsewhere.calls).toEqual([]);
    expect(back.calls[0]).toBe("run a 2");
  });
});

describe("a worker", () => {
  test("without the driver that the job was created for leaves it to others", async () => {
    await using fleet = new Fleet();
    const { system } = await fleet.open("w1", [scriptedDriver({ softCancel: true })]);
    const uid = await fleet.start({ type: "work", hold: true });
    await system[Symbol.asyncDispose]();
    const driver = scriptedDriver({ softCancel: false });
    await fleet.open("another", [driver]);
    await fleet.ask("start", uid);
    await fleet.world.advance(30_000);
    expect((await fleet.job(uid)).status).toBe("created");
    await fleet.open("w2", [scriptedDriver({ softCancel: true })]);
    expect((await fleet.ended(uid)).outcome).toBe("success");
    expect(driver.calls).toEqual([]);
  });

  test("without any driver takes nothing from those that have one", async () => {
    await using fleet = new Fleet();
    await fleet.open("idle", []);
    const createdAt = fleet.world.now();
    await fleet.open("w1", [scriptedDriver()]);
    const uid = await fleet.start({ type: "work" });
    expect((await fleet.ended(uid)).startedAt).toBe(createdAt);
  });

  test("does not run again what is adopted again, at work or ended", async () => {
    await using fleet = new Fleet();
    const driver = scriptedDriver();
    const { system } = await fleet.open("w1", [driver], { worker: { takes: "own" } });
    const uid = await fleet.start({ type: "work", id: "a" });
    const group = () => system.desk.look(uid.slice(0, -2));
    system.worker?.adopt(await group());
    await system.worker?.takeOwn(uid);
    system.worker?.adopt(await group());
    await fleet.ended(uid);
    system.worker?.adopt(await group());
    await fleet.world.advance(30_000);
    expect(driver.calls.filter((call) => call.startsWith("run"))).toEqual(["run a 1"]);
  });
});
