/** Attempts and limits: retry, time limits, results, checkpoints and I/O errors of a run. */
import { describe, expect, test } from "vitest";
import { Retryable, type RunningJob } from "./driver.ts";
import { Fleet } from "./fleet.ts";
import { hanging, scriptedDriver } from "./scripted-driver.ts";

describe("a run that fails", () => {
  test("fails the job with its error and aborts it", async () => {
    await using fleet = new Fleet();
    const driver = scriptedDriver({ run: () => Promise.reject(new Error("no such file")) });
    await fleet.open("w1", [driver]);
    const uid = await fleet.start({ type: "work", id: "a" });
    expect(await fleet.ended(uid)).toMatchObject({ outcome: "failed", error: "no such file" });
    expect(driver.calls).toEqual(["run a 1", "abort a 1", "clean a 1"]);
  });

  test("is tried again from its checkpoint, later and later, as often as was asked", async () => {
    await using fleet = new Fleet();
    const runs: { at: number; cursor: unknown; attempt: number }[] = [];
    const from = fleet.world.now();
    const run = async (job: RunningJob): Promise<void> => {
      const { cursor, attempt } = job;
      runs.push({ at: fleet.world.now() - from, cursor, attempt });
      await job.checkpoint(attempt);
      throw new Retryable("busy");
    };
    await fleet.open("w1", [scriptedDriver({ run })]);
    const retry = { attempts: 4, backoffMs: 2_000, maxMs: 5_000 };
    const uid = await fleet.start({ type: "work", retry });
    expect(await fleet.job(uid)).toMatchObject({ status: "running", claim: null, attempt: 2 });
    expect(await fleet.ended(uid)).toMatchObject({ outcome: "failed", error: "busy", epoch: 4 });
    expect(runs).toEqual([
      { at: 0, cursor: null, attempt: 1 },
      { at: 2_000, cursor: 1, attempt: 2 },
      { at: 6_000, cursor: 2, attempt: 3 },
      { at: 11_000, cursor: 3, attempt: 4 },
    ]);
  });

  test("goes on from its checkpoint although the queue still says that nobody had it", async () => {
    await using fleet = new Fleet((bus) => ({
      ...bus,
      queue: { ...bus.queue, offer: (item) => bus.queue.offer({ ...item, epoch: 0 }) },
    }));
    const cursors: unknown[] = [];
    const run = async (job: RunningJob): Promise<void> => {
      cursors.push(job.cursor);
      await job.checkpoint(job.attempt);
      throw new Retryable("busy");
    };
    await fleet.open("w1", [scriptedDriver({ run })]);
    const uid = await fleet.start({ type: "work", retry: { attempts: 3 } });
    expect(await fleet.ended(uid)).toMatchObject({ outcome: "failed", epoch: 3 });
    expect(cursors).toEqual([null, 1, 2]);
  });

  test("is not tried again when it does not say that this may help", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({ run: () => Promise.reject(new Error("broken")) })]);
    const uid = await fleet.start({ type: "work", retry: { attempts: 3 } });
    expect(await fleet.ended(uid)).toMatchObject({ outcome: "failed", epoch: 1 });
  });

  test("throws whatever it likes: the record says it in a text", async () => {
    const thrown: readonly (readonly [unknown, string])[] = [
      ["a text", "a text"],
      [undefined, "the driver threw undefined"],
      [new TypeError(""), "TypeError"],
      [new Error("x".repeat(3_000)), `${"x".repeat(2_000)}…`],
    ];
    for (const [what, error] of thrown) {
      await using fleet = new Fleet();
      await fleet.open("w1", [scriptedDriver({ run: () => Promise.reject(what) })]);
      const uid = await fleet.start({ type: "work" });
      expect(await fleet.ended(uid)).toMatchObject({ outcome: "failed", error });
    }
  });
});

describe("what a run leaves", () => {
  test("is refused when it is too large", async () => {
    await using fleet = new Fleet();
    const large = scriptedDriver({ type: "large", run: async () => "x".repeat(16 * 1024) });
    const fits = scriptedDriver({ type: "fits", run: async () => "x".repeat(16 * 1024 - 2) });
    const cursor = scriptedDriver({
      type: "cursor",
      run: (job) => job.checkpoint("x".repeat(1_023)),
    });
    const prepared = scriptedDriver({ type: "prepared", prepare: async () => "x".repeat(1_023) });
    await fleet.open("w1", [large, fits, cursor, prepared]);
    const errors = new Map<string, string | null>();
    for (const type of ["large", "fits", "cursor", "prepared"]) {
      errors.set(type, (await fleet.ended(await fleet.start({ type }))).error);
    }
    expect(Object.fromEntries(errors)).toEqual({
      large: "the result has 16386 bytes: at most 16384 are kept",
      fits: null,
      cursor: "a checkpoint of 1025 bytes: at most 1024 are kept",
      prepared: "prepare resolved with 1025 bytes: at most 1024 are kept",
    });
  });

  test("reaches the steps as JSON, in this process as in any other", async () => {
    await using fleet = new Fleet();
    const seen: unknown[] = [];
    const at = new Date(0) as unknown as string;
    const driver = scriptedDriver({
      run: async (job) => {
        await job.checkpoint({ at });
        return { at };
      },
      prepare: async () => ({ at }),
      commit: async ({ cursor, result, prepared }) => void seen.push(cursor, result, prepared),
    });
    await fleet.open("w1", [driver]);
    await fleet.ended(await fleet.start({ type: "work" }));
    const json = { at: "1970-01-01T00:00:00.000Z" };
    expect(seen).toEqual([json, json, json]);
  });

  test("fails the job when it is no JSON", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({ run: async () => ({ size: 1n }) as never })]);
    expect(await fleet.ended(await fleet.start({ type: "work" }))).toMatchObject({
      outcome: "failed",
      error: expect.stringContaining("BigInt") as string,
    });
  });
});

describe("time", () => {
  test("a job is not claimed before its time", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver()]);
    const notBefore = fleet.world.now() + 5_000;
    const uid = await fleet.start({ type: "work", notBefore });
    expect(await fleet.until(uid, ({ status }) => status === "running")).toMatchObject({
      startedAt: notBefore,
    });
  });

  test("a job that runs longer than its timeout is cancelled, its pauses not counted", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({}, { steps: 100 })]);
    const createdAt = fleet.world.now();
    const uid = await fleet.start({ type: "work", timeoutMs: 10_000 });
    await fleet.world.advance(4_000);
    await fleet.ask("pause", uid);
    await fleet.world.advance(60_000);
    await fleet.ask("resume", uid);
    const { endedAt, error, outcome } = await fleet.ended(uid);
    expect({ error, outcome }).toEqual({
      error: "Operation canceled: it ran longer than 10 s",
      outcome: "cancelled",
    });
    expect(endedAt).toBe(createdAt + 70_000);
  });

  test("a job that is not decided at its deadline is cancelled, claimed or not", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({}, { steps: 100 })]);
    const deadline = fleet.world.now() + 5_000;
    const error = `Operation canceled: its deadline ${new Date(deadline).toISOString()} has passed`;
    for (const hold of [false, true]) {
      const uid = await fleet.start({ type: "work", hold, deadline });
      expect(await fleet.ended(uid)).toMatchObject({ error, outcome: "cancelled" });
    }
  });

  test("a job at speed 1 sleeps for months, and wakes up when it may go faster", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({ run: (job) => job.charge(8 * 1024 * 1024) })]);
    const uid = await fleet.start({ type: "work", speed: 1 });
    await fleet.world.advance(3_600_000);
    await fleet.ask("set-speed", uid, { speed: 1 });
    expect((await fleet.job(uid)).status).toBe("running");
    await fleet.ask("set-speed", uid, { speed: 0 });
    expect(await fleet.job(uid)).toMatchObject({ status: "null", outcome: "success" });
  });

  test("a slower speed leaves the current rest as it is", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({ run: (job) => job.charge(1_000) })]);
    const createdAt = fleet.world.now();
    const uid = await fleet.start({ type: "work", speed: 100 });
    await fleet.ask("set-speed", uid, { speed: 1 });
    expect((await fleet.ended(uid)).endedAt).toBe(createdAt + 10_000);
  });
});

describe("an I/O error", () => {
  const nospace = Object.assign(new Error("disk full"), { code: "ENOSPC" });
  const run = async (job: RunningJob): Promise<string> => {
    for (;;) {
      if ((await job.ioError(nospace, "write")) === "ignore") return "went on";
      if (job.attempt > 0 && job.changed["room"] === true) return "there was room";
    }
  };

  test("fails the job under report", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({ run })]);
    const uid = await fleet.start({ type: "work", onError: "report" });
    expect(await fleet.ended(uid)).toMatchObject({ outcome: "failed", error: "disk full" });
  });

  test("is noted under ignore, and the run goes on", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({ run })]);
    const uid = await fleet.start({ type: "work", onError: "ignore" });
    expect(await fleet.ended(uid)).toMatchObject({
      outcome: "success",
      lastError: "write: disk full (ignore)",
    });
  });

  test("parks the job under stop and enospc until it is resumed, again and again", async () => {
    for (const onError of ["stop", "enospc"] as const) {
      await using fleet = new Fleet();
      await fleet.open("w1", [scriptedDriver({ run, change: { type: "object" } })]);
      const uid = await fleet.start({ type: "work", onError });
      const stopped = { status: "paused", ioStatus: "nospace", userPaused: true };
      expect(await fleet.job(uid)).toMatchObject(stopped);
      await fleet.ask("resume", uid);
      expect(await fleet.job(uid)).toMatchObject(stopped);
      await fleet.ask("change", uid, { change: { room: true } });
      await fleet.ask("resume", uid);
      expect(await fleet.job(uid)).toMatchObject({ outcome: "success", ioStatus: "ok" });
    }
  });
});

test("a run that hangs is running as long as its worker lives", async () => {
  await using fleet = new Fleet();
  await fleet.open("w1", [scriptedDriver({ run: hanging })]);
  const uid = await fleet.start({ type: "work" });
  await fleet.world.advance(600_000);
  expect(await fleet.job(uid)).toMatchObject({ status: "running", epoch: 1, stuck: null });
});
