/** Cancel, forced and soft: in every state, and whatever the run is doing. */
import { describe, expect, test } from "vitest";
import type { RunningJob } from "./driver.ts";
import { Fleet } from "./fleet.ts";
import { hanging, scriptedDriver } from "./scripted-driver.ts";

const cancelled = { outcome: "cancelled", error: "Operation canceled" };

/** Becomes ready and stays so until it is told to end. */
async function mirror(job: RunningJob): Promise<string> {
  await job.becomeReady();
  while (!job.completing && !job.softCancelled) await job.sleep(60_000);
  return job.completing ? "switched over" : "stayed";
}

describe("a forced cancel", () => {
  test("of a running job stops it at its pause point, aborts and cleans", async () => {
    await using fleet = new Fleet();
    const driver = scriptedDriver();
    await fleet.open("w1", [driver]);
    const uid = await fleet.start({ type: "work", id: "a" });
    await fleet.world.advance(1_500);
    await fleet.ask("cancel", uid);
    expect(await fleet.job(uid)).toMatchObject({ status: "null", ...cancelled });
    expect(await fleet.path(uid)).toBe("created running aborting concluded null");
    expect(driver.calls).toEqual(["run a 1", "abort a 1", "clean a 1"]);
  });

  test("of a paused job lets it out of its park first", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver()]);
    const uid = await fleet.start({ type: "work" });
    await fleet.ask("pause", uid);
    await fleet.ask("cancel", uid);
    expect(await fleet.path(uid)).toBe("created running paused running aborting concluded null");
    expect(await fleet.job(uid)).toMatchObject({ ...cancelled, userPaused: false });
  });

  test("of a job that was never claimed calls nothing", async () => {
    await using fleet = new Fleet();
    const driver = scriptedDriver();
    await fleet.open("w1", [driver]);
    const uid = await fleet.start({ type: "work", hold: true, autoDismiss: false });
    await fleet.ask("cancel", uid);
    expect(await fleet.path(uid)).toBe("created aborting concluded null");
    expect(driver.calls).toEqual([]);
  });

  test("of a pending job aborts it", async () => {
    await using fleet = new Fleet();
    const driver = scriptedDriver();
    await fleet.open("w1", [driver]);
    const uid = await fleet.start({ type: "work", id: "a", autoFinalize: false });
    await fleet.until(uid, ({ status }) => status === "pending");
    await fleet.ask("cancel", uid);
    expect(await fleet.job(uid)).toMatchObject({ status: "null", ...cancelled, result: 3 });
    expect(driver.calls).toEqual(["run a 1", "abort a 1", "clean a 1"]);
  });

  test("of one member takes the group with it, waiting and running ones alike", async () => {
    await using fleet = new Fleet();
    const driver = scriptedDriver({
      run: (job) => (job.id === "done" ? job.pausePoint() : loop(job)),
    });
    await fleet.open("w1", [driver]);
    const [done = "", a = "", b = ""] = await fleet.startGrouped(
      { type: "work", id: "done" },
      { type: "work", id: "a" },
      { type: "work", id: "b" },
    );
    expect((await fleet.job(done)).status).toBe("waiting");
    await fleet.ask("cancel", a);
    for (const uid of [done, a, b]) {
      expect(await fleet.job(uid)).toMatchObject({ status: "null", ...cancelled });
    }
    expect((await fleet.job(done)).cancelledBy).toBe(a);
  });

  test("aborts the signal, and an AbortError that comes of it is the cancel", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({ run: untilAborted })]);
    const uid = await fleet.start({ type: "work" });
    await fleet.ask("cancel", uid);
    expect(await fleet.job(uid)).toMatchObject({ status: "null", ...cancelled });
  });

  test("keeps the error of a run that fails for a reason of its own", async () => {
    await using fleet = new Fleet();
    const broke = Promise.withResolvers<void>();
    await fleet.open("w1", [scriptedDriver({ run: () => broke.promise })]);
    const uid = await fleet.start({ type: "work" });
    await fleet.ask("cancel", uid);
    broke.reject(new Error("disk on fire"));
    await fleet.world.settle();
    expect(await fleet.job(uid)).toMatchObject({ outcome: "cancelled", error: "disk on fire" });
  });

  test("overrides the success of a run that took no notice", async () => {
    await using fleet = new Fleet();
    const done = Promise.withResolvers<void>();
    await fleet.open("w1", [scriptedDriver({ run: () => done.promise })]);
    const uid = await fleet.start({ type: "work" });
    await fleet.ask("cancel", uid);
    await fleet.world.advance(60_000);
    expect(await fleet.job(uid)).toMatchObject({ status: "running", cancel: "force" });
    done.resolve();
    await fleet.world.settle();
    expect(await fleet.job(uid)).toMatchObject({ status: "null", ...cancelled });
  });

  test("wakes a job that sleeps, and one that is throttled", async () => {
    await using fleet = new Fleet();
    const sleeper = scriptedDriver({ type: "sleeper", run: (job) => job.sleep(3_600_000) });
    const slow = scriptedDriver({ type: "slow", run: (job) => job.charge(1_000_000) });
    await fleet.open("w1", [sleeper, slow]);
    const at = fleet.world.now();
    for (const type of ["sleeper", "slow"]) {
      const uid = await fleet.start({ type, speed: 1 });
      await fleet.ask("cancel", uid);
      expect(await fleet.job(uid)).toMatchObject({ status: "null", ...cancelled });
    }
    expect(fleet.world.now()).toBe(at);
  });

  test("of a run that hangs waits for it, until its worker is gone", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("w1", [scriptedDriver({ run: hanging })]);
    const other = scriptedDriver({}, { steps: 1 });
    await fleet.open("w2", [other], { worker: { concurrency: 1 } });
    const uid = await fleet.start({ type: "work", id: "a" });
    const { claim } = await fleet.until(uid, (job) => job.claim !== null);
    expect(claim?.worker).toBe("w1");
    await fleet.ask("cancel", uid);
    await fleet.world.advance(60_000);
    expect((await fleet.job(uid)).status).toBe("running");
    process.kill();
    expect(await fleet.ended(uid)).toMatchObject(cancelled);
    expect(other.calls).toEqual(["abort a 2", "clean a 2"]);
  });
});

describe("a ready job", () => {
  const ready = { ready: true, softCancel: true, run: mirror } as const;

  test("ends successfully when it is completed", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver(ready)]);
    const uid = await fleet.start({ type: "work" });
    await fleet.ask("complete", uid);
    expect(await fleet.job(uid)).toMatchObject({ outcome: "success", result: "switched over" });
    expect(await fleet.path(uid)).toBe("created running ready waiting pending concluded null");
  });

  test("ends successfully, without switching over, after a soft cancel", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver(ready)]);
    const uid = await fleet.start({ type: "work" });
    await fleet.ask("cancel", uid, { soft: true });
    expect(await fleet.job(uid)).toMatchObject({ outcome: "success", result: "stayed" });
  });

  test("is cancelled by a soft cancel that its driver does not know", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({ ...ready, softCancel: false })]);
    const uid = await fleet.start({ type: "work" });
    await fleet.ask("cancel", uid, { soft: true });
    expect(await fleet.job(uid)).toMatchObject({ status: "null", ...cancelled });
  });

  test("parks in standby, takes complete there, and ends once resumed", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver(ready)]);
    const uid = await fleet.start({ type: "work" });
    await fleet.ask("pause", uid);
    expect((await fleet.job(uid)).status).toBe("standby");
    expect(await fleet.ask("cancel", uid, { soft: true })).toHaveProperty("refused");
    await fleet.ask("complete", uid);
    expect((await fleet.job(uid)).status).toBe("standby");
    await fleet.ask("resume", uid);
    expect(await fleet.job(uid)).toMatchObject({ outcome: "success", result: "switched over" });
  });

  test("fails when its type is not declared to become ready", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({ run: mirror })]);
    const uid = await fleet.start({ type: "work" });
    await fleet.world.settle();
    expect(await fleet.job(uid)).toMatchObject({
      outcome: "failed",
      error: "type 'work' is not declared to become ready",
    });
  });
});

function untilAborted({ signal }: RunningJob): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new DOMException("stop", "AbortError")));
  });
}

async function loop(job: RunningJob): Promise<void> {
  for (;;) await job.sleep(1_000);
}
