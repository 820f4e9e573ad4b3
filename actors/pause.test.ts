/** Pause and resume: a request, parked at the next pause point, ended only by the worker. */
import { expect, test } from "vitest";
import { isRefusal } from "./commands.ts";
import { Fleet } from "./fleet.ts";
import { hanging, scriptedDriver } from "./scripted-driver.ts";

test("a job runs to its end", async () => {
  await using fleet = new Fleet();
  const driver = scriptedDriver();
  await fleet.open("w1", [driver]);
  const uid = await fleet.start({ type: "work", id: "a" });
  const job = await fleet.ended(uid);
  expect(await fleet.path(uid)).toBe("created running waiting pending concluded null");
  expect(job).toMatchObject({ outcome: "success", result: 3, progress: { current: 3, total: 3 } });
  expect(driver.calls).toEqual(["run a 1", "prepare a 1", "commit a 1", "clean a 1"]);
  expect(fleet.errors).toEqual([]);
});

test("a paused job parks at its next pause point and goes on when it is resumed", async () => {
  await using fleet = new Fleet();
  const driver = scriptedDriver();
  await fleet.open("w1", [driver]);
  const uid = await fleet.start({ type: "work", id: "a" });
  await fleet.world.advance(1_500);
  await fleet.ask("pause", uid);
  expect(await fleet.job(uid)).toMatchObject({ status: "paused", progress: { current: 1 } });
  await fleet.world.advance(60_000);
  expect(await fleet.job(uid)).toMatchObject({ status: "paused", progress: { current: 1 } });
  await fleet.ask("resume", uid);
  expect((await fleet.ended(uid)).outcome).toBe("success");
  expect(await fleet.path(uid)).toBe(
    "created running paused running waiting pending concluded null",
  );
  expect(driver.calls.slice(0, 3)).toEqual(["run a 1", "pause a 1", "resume a 1"]);
});

test("a job paused before it was claimed parks before its run", async () => {
  await using fleet = new Fleet();
  const driver = scriptedDriver();
  await fleet.open("w1", [driver]);
  const uid = await fleet.start({ type: "work", id: "a", hold: true });
  await fleet.ask("pause", uid);
  await fleet.ask("start", uid);
  await fleet.until(uid, ({ status }) => status === "paused");
  expect(driver.calls).toEqual(["pause a 1"]);
  await fleet.ask("resume", uid);
  await fleet.ended(uid);
  expect(driver.calls.slice(1, 3)).toEqual(["resume a 1", "run a 1"]);
});

test("a job is not paused while its driver still quiesces", async () => {
  await using fleet = new Fleet();
  const quiet = Promise.withResolvers<void>();
  await fleet.open("w1", [scriptedDriver({ pause: () => quiet.promise })]);
  const uid = await fleet.start({ type: "work" });
  await fleet.ask("pause", uid);
  await fleet.world.advance(10_000);
  expect(await fleet.job(uid)).toMatchObject({ status: "running", userPaused: true });
  quiet.resolve();
  await fleet.world.settle();
  expect((await fleet.job(uid)).status).toBe("paused");
});

test("a pause that is withdrawn while the driver quiesces changes no status", async () => {
  await using fleet = new Fleet();
  const quiet = Promise.withResolvers<void>();
  const driver = scriptedDriver({ pause: () => quiet.promise });
  await fleet.open("w1", [driver]);
  const uid = await fleet.start({ type: "work", id: "a" });
  await fleet.ask("pause", uid);
  await fleet.ask("resume", uid);
  quiet.resolve();
  await fleet.ended(uid);
  expect(await fleet.path(uid)).toBe("created running waiting pending concluded null");
  expect(driver.calls.slice(0, 3)).toEqual(["run a 1", "pause a 1", "resume a 1"]);
});

test("two branches of a driver at pause points park once", async () => {
  await using fleet = new Fleet();
  const driver = scriptedDriver({
    run: async (job) => {
      const branch = async (): Promise<void> => {
        for (let step = 0; step < 5; step += 1) await job.sleep(100);
      };
      await Promise.all([branch(), branch(), branch()]);
    },
  });
  await fleet.open("w1", [driver]);
  const uid = await fleet.start({ type: "work", id: "a" });
  for (let round = 0; round < 3; round += 1) {
    await fleet.ask("pause", uid);
    await fleet.world.advance(1_000);
    await fleet.ask("resume", uid);
  }
  await fleet.ended(uid);
  const parks = Array.from({ length: 3 }, () => ["pause a 1", "resume a 1"]).flat();
  expect(driver.calls.filter((call) => /pause|resume/.test(call))).toEqual(parks);
  expect((await fleet.path(uid)).match(/paused/g)).toHaveLength(3);
});

test("progress neither goes back nor moves while the job is parked", async () => {
  await using fleet = new Fleet();
  const told = Promise.withResolvers<(current: number) => void>();
  const run = scriptedDriver({
    run: async (job) => {
      told.resolve((current) => job.progress(current, 100));
      for (;;) await job.sleep(1_000);
    },
  });
  await fleet.open("w1", [run]);
  const samples: number[] = [];
  fleet.bus.signals.subscribe("progress.", (_subject, data) => {
    samples.push((JSON.parse(data) as { current: number }).current);
  });
  const uid = await fleet.start({ type: "work" });
  const tell = await told.promise;
  for (const current of [10, 30, 20]) {
    tell(current);
    await fleet.world.advance(1_000);
  }
  await fleet.ask("pause", uid);
  tell(90);
  await fleet.world.advance(1_000);
  expect(samples).toEqual([10, 30, 30]);
  expect((await fleet.job(uid)).progress).toEqual({ current: 30, total: 100 });
});

test("samples are published at most ten times a second", async () => {
  await using fleet = new Fleet();
  const run = scriptedDriver({
    run: async (job) => {
      for (let step = 0; step <= 1_000; step += 1) {
        job.progress(step, 1_000);
        await job.sleep(1);
      }
    },
  });
  await fleet.open("w1", [run]);
  let samples = 0;
  fleet.bus.signals.subscribe("progress.", () => (samples += 1));
  await fleet.ended(await fleet.start({ type: "work" }));
  expect(samples).toBe(11);
});

test("a run that reaches no pause point any more ends, whatever was asked", async () => {
  await using fleet = new Fleet();
  const done = Promise.withResolvers<void>();
  await fleet.open("w1", [scriptedDriver({ run: () => done.promise })]);
  const uid = await fleet.start({ type: "work" });
  await fleet.ask("pause", uid);
  done.resolve();
  await fleet.world.settle();
  expect(await fleet.ended(uid)).toMatchObject({ outcome: "success", userPaused: true });
});

test("a run that ends while a branch of it is parked waits for the resume", async () => {
  await using fleet = new Fleet();
  const [asked, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const driver = scriptedDriver({
    run: async (job) => {
      await asked.promise;
      void job.pausePoint();
      await done.promise;
    },
  });
  await fleet.open("w1", [driver]);
  const uid = await fleet.start({ type: "work" });
  await fleet.ask("pause", uid);
  asked.resolve();
  await fleet.until(uid, ({ status }) => status === "paused");
  done.resolve();
  await fleet.world.settle();
  expect((await fleet.job(uid)).status).toBe("paused");
  await fleet.ask("resume", uid);
  expect((await fleet.ended(uid)).outcome).toBe("success");
});

test("an error in pause or resume fails the job", async () => {
  for (const callback of ["pause", "resume"] as const) {
    await using fleet = new Fleet();
    const done = Promise.withResolvers<void>();
    const driver = scriptedDriver({
      run: async (job) => {
        await done.promise;
        await job.pausePoint();
      },
      [callback]: () => Promise.reject(new Error(`${callback} broke`)),
    });
    await fleet.open("w1", [driver]);
    const uid = await fleet.start({ type: "work" });
    await fleet.ask("pause", uid);
    done.resolve();
    await fleet.world.advance(1_000);
    if (callback === "resume") await fleet.ask("resume", uid);
    const outcome = { outcome: "failed", error: `${callback} broke` };
    expect(await fleet.ended(uid)).toMatchObject(outcome);
    expect(fleet.errors).toEqual([]);
  }
});

test("a driver that hangs in pause leaves the job running, and says that it is asked", async () => {
  await using fleet = new Fleet();
  await fleet.open("w1", [scriptedDriver({ pause: hanging })]);
  const uid = await fleet.start({ type: "work" });
  await fleet.ask("pause", uid);
  await fleet.world.advance(60_000);
  expect(await fleet.job(uid)).toMatchObject({ status: "running", userPaused: true, epoch: 1 });
  expect(await fleet.ask("pause", uid)).toMatchObject({ refused: "Job is already paused" });
});

test("a job does not miss what is asked while one of its reports is under way", async () => {
  await using fleet = new Fleet();
  const driver = scriptedDriver({
    ready: true,
    run: async (job) => {
      await job.becomeReady();
      while (!job.completing) await job.sleep(60_000);
    },
  });
  const { system } = await fleet.open("w1", [driver]);
  const uid = await fleet.start({ type: "work" });
  const say = (verb: "pause" | "resume") =>
    system.desk.ask({ verb, uid, id: fleet.world.id(), by: "user@host", at: fleet.world.now() });
  for (let round = 0; round < 20; round += 1) {
    const replies = await Promise.all(
      (["pause", "resume", "pause", "resume", "pause"] as const).map(say),
    );
    expect(replies.filter(isRefusal)).toEqual([]);
    await fleet.world.settle();
    expect((await fleet.job(uid)).status).toBe("standby");
    await say("resume");
    await fleet.world.settle();
    expect((await fleet.job(uid)).status).toBe("ready");
  }
});
