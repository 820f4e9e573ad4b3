/** Lost workers: another goes on from the checkpoint, and what the lost one still does is nothing. */
import { describe, expect, test } from "vitest";
import { FaultyBus } from "./faulty-bus.ts";
import { Fleet } from "./fleet.ts";
import type { RunningJob } from "./driver.ts";
import { hanging, scriptedDriver } from "./scripted-driver.ts";

/** Says where it starts, then takes a step a second for ever. */
function starts(from: unknown[]): (job: RunningJob) => Promise<void> {
  return async (job) => {
    from.push(job.cursor);
    for (let step = Number(job.cursor ?? 0); ; step += 1) {
      await job.sleep(1_000);
      job.progress(step + 1, 1_000);
      await job.checkpoint(step + 1);
    }
  };
}

async function untilCompleted(job: RunningJob): Promise<void> {
  await job.becomeReady();
  while (!job.completing) await job.sleep(3_600_000);
}

describe("a worker that is killed", () => {
  test("loses its job to another, which goes on from the checkpoint in a new epoch", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("w1", [scriptedDriver({}, { steps: 20 })]);
    const uid = await fleet.start({ type: "work", id: "a" });
    await fleet.world.advance(5_500);
    process.kill();
    const from: unknown[] = [];
    await fleet.open("w2", [scriptedDriver({ run: starts(from) })]);
    const job = await fleet.until(uid, ({ epoch }) => epoch === 2);
    expect(job).toMatchObject({
      status: "running",
      cursor: 5,
      progress: { current: 5 },
      losses: 0,
    });
    expect(job.claim?.worker).toBe("w2");
    await fleet.world.settle();
    expect(from).toEqual([5]);
    expect(await fleet.path(uid)).toBe("created running");
  });

  test("leaves a paused job paused, and the next worker parks before its run", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("w1", [scriptedDriver()]);
    const uid = await fleet.start({ type: "work", id: "a" });
    await fleet.ask("pause", uid);
    process.kill();
    const driver = scriptedDriver();
    await fleet.open("w2", [driver]);
    await fleet.until(uid, ({ epoch }) => epoch === 2);
    await fleet.world.advance(60_000);
    expect((await fleet.job(uid)).status).toBe("paused");
    expect(driver.calls).toEqual(["pause a 2"]);
    await fleet.ask("resume", uid);
    expect((await fleet.ended(uid)).outcome).toBe("success");
    expect(await fleet.path(uid)).toBe(
      "created running paused running waiting pending concluded null",
    );
  });

  test("leaves the step that it was at to another", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("w1", [scriptedDriver({ commit: hanging })]);
    const uid = await fleet.start({ type: "work", id: "a" });
    await fleet.until(uid, ({ decision }) => decision === "commit");
    process.kill();
    const driver = scriptedDriver();
    await fleet.open("w2", [driver]);
    expect((await fleet.ended(uid)).outcome).toBe("success");
    expect(driver.calls).toEqual(["commit a 2", "clean a 2"]);
  });

  test("while preparing voids its vote, and prepare is asked of the next", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("w1", [scriptedDriver({ prepare: hanging })]);
    const uid = await fleet.start({ type: "work", id: "a" });
    await fleet.until(uid, ({ status }) => status === "pending");
    process.kill();
    const driver = scriptedDriver();
    await fleet.open("w2", [driver]);
    expect((await fleet.ended(uid)).outcome).toBe("success");
    expect(driver.calls).toEqual(["prepare a 2", "commit a 2", "clean a 2"]);
  });

  test("fails a job whose driver cannot go on, and restarts one that starts anew", async () => {
    await using fleet = new Fleet();
    const drivers = (["fail", "restart"] as const).map((recover) =>
      scriptedDriver({ type: recover, recover }, { steps: 20 }),
    );
    const { process } = await fleet.open("w1", drivers);
    const fails = await fleet.start({ type: "fail" });
    const restarts = await fleet.start({ type: "restart" });
    await fleet.world.advance(5_500);
    process.kill();
    await fleet.open("w2", drivers);
    expect(await fleet.ended(fails)).toMatchObject({ outcome: "failed", error: "Worker lost" });
    const again = await fleet.until(restarts, ({ epoch }) => epoch === 2);
    expect(again).toMatchObject({ cursor: null, progress: { current: 0, total: 0 } });
  });

  test("five times in a row without a checkpoint gives the job up", async () => {
    await using fleet = new Fleet();
    const uid = await (async () => {
      const { process } = await fleet.open("w0", [scriptedDriver({ run: hanging })]);
      const uid = await fleet.start({ type: "work" });
      process.kill();
      return uid;
    })();
    for (let loss = 1; loss < 5; loss += 1) {
      const { process } = await fleet.open(`w${loss}`, [scriptedDriver({ run: hanging })]);
      await fleet.until(uid, ({ epoch }) => epoch === loss + 1);
      process.kill();
    }
    await fleet.open("w5", [scriptedDriver()]);
    expect(await fleet.ended(uid)).toMatchObject({
      outcome: "failed",
      error: "Worker lost 5 times in a row without a new checkpoint",
    });
  });
});

describe("a worker that stalls for longer than its lease", () => {
  test("changes nothing by its late reports and cursors, and opens a new session", async () => {
    await using fleet = new Fleet();
    const late = scriptedDriver({}, { steps: 6 });
    const { process } = await fleet.open("w1", [late], { worker: { concurrency: 1 } });
    const uid = await fleet.start({ type: "work", id: "a" });
    await fleet.world.advance(3_500);
    process.freeze();
    const second = scriptedDriver({}, { steps: 40 });
    await fleet.open("w2", [second]);
    await fleet.until(uid, ({ epoch }) => epoch === 2);
    const { rev } = (await fleet.bus.log.read(uid.slice(0, -2))).at(-1) ?? {};
    process.thaw();
    await fleet.world.advance(30_000);
    expect((await fleet.bus.log.read(uid.slice(0, -2))).at(-1)?.rev).toBe(rev);
    expect(await fleet.job(uid)).toMatchObject({ status: "running", epoch: 2, cursor: 3 });
    expect(late.calls).toEqual(["run a 1"]);
    const sessions = await fleet.bus.values.list("lease.");
    expect(sessions.map(({ value }) => (JSON.parse(value) as { worker: string }).worker)).toEqual(
      expect.arrayContaining(["w1", "w2"]),
    );
    expect(fleet.errors).toEqual([]);
  });

  test("does not take the checkpoint with it when it hears that it was lost", async () => {
    await using fleet = new Fleet();
    const stalled = Promise.withResolvers<void>();
    const run = async (job: RunningJob): Promise<void> => {
      if (job.epoch === 1) await job.checkpoint(5);
      await stalled.promise;
    };
    const worker = { concurrency: 1 };
    const { process } = await fleet.open("w1", [scriptedDriver({ run })], { worker });
    await fleet.open("watcher", []);
    const uid = await fleet.start({ type: "work" });
    process.freeze();
    await fleet.until(uid, ({ claim }) => claim === null);
    process.thaw();
    await fleet.world.settle();
    stalled.resolve();
    expect(await fleet.until(uid, ({ epoch }) => epoch === 2)).toMatchObject({ cursor: 5 });
  });

  test("aborts the signals of its runs at the deadline, before anybody else may claim", async () => {
    await using fleet = new Fleet();
    const stopped = Promise.withResolvers<number>();
    const run = ({ signal }: RunningJob): Promise<never> => {
      signal.addEventListener("abort", () => stopped.resolve(fleet.world.monotonic()));
      return hanging();
    };
    const { process } = await fleet.open("w1", [scriptedDriver({ run })]);
    await fleet.start({ type: "work" });
    process.bus.values.put = () => hanging();
    const from = fleet.world.monotonic();
    await fleet.world.advance(60_000);
    expect((await stopped.promise) - from).toBeLessThan(10_000);
  });

  test("stops before the next side effect when only its clock jumped", async () => {
    await using fleet = new Fleet();
    const effects: string[] = [];
    const run = async (job: RunningJob): Promise<void> => {
      await job.sleep(100);
      effects.push("side effect");
    };
    await fleet.open("w1", [scriptedDriver({ run })]);
    await fleet.start({ type: "work" });
    fleet.world.jump(3_600_000);
    await fleet.world.advance(100);
    expect(effects).toEqual([]);
  });
});

describe("a lost answer of the log", () => {
  const verbs = ["claimed", "paused", "resumed", "finished", "prepared", "committed", "cleaned"];
  for (const verb of verbs) {
    for (const fault of ["answer lost", "append lost"] as const) {
      test(`to '${verb}' (${fault}) is asked for again and has one effect`, async () => {
        let faults: FaultyBus | undefined;
        await using fleet = new Fleet((bus) => (faults = new FaultyBus(bus)).bus);
        await fleet.open("w1", [scriptedDriver()]);
        faults?.once(fault, verb);
        const uid = await fleet.start({ type: "work", id: "a" });
        await fleet.until(uid, ({ status }) => status === "running");
        await fleet.ask("pause", uid);
        await fleet.until(uid, ({ status }) => status === "paused");
        await fleet.ask("resume", uid);
        expect(await fleet.ended(uid)).toMatchObject({ outcome: "success", epoch: 1 });
        expect(await fleet.path(uid)).toBe(
          "created running paused running waiting pending concluded null",
        );
        expect(fleet.errors).toEqual([]);
      });
    }
  }
});

test("what is asked while a job is being claimed is heard at once", async () => {
  for (const gap of ["asked here", "asked elsewhere", "held already"] as const) {
    await using fleet = new Fleet();
    const { process, system } = await fleet.open("w1", [scriptedDriver({}, { steps: 60 })]);
    let uid = "";
    const pause = async (): Promise<void> => void (await fleet.ask("pause", uid));
    if (gap === "held already") {
      process.bus.queue.done = pause;
    } else {
      process.bus.log.append = async (gid, rev, text) => {
        const position = await fleet.bus.log.append(gid, rev, text);
        if (!text.includes('"verb":"claimed"')) return position;
        if (gap === "asked elsewhere") await pause();
        else void system.desk.ask({ verb: "pause", uid, id: "p", by: "user@host", at: 0 });
        return position;
      };
    }
    uid = await fleet.start({ type: "work", hold: true });
    await fleet.ask("start", uid);
    await fleet.world.advance(1_000);
    expect((await fleet.job(uid)).status).toBe("paused");
  }
});

test("a report that is answered late does not undo what was heard meanwhile", async () => {
  let faults: FaultyBus | undefined;
  await using fleet = new Fleet((bus) => (faults = new FaultyBus(bus)).bus);
  await fleet.open("w1", [scriptedDriver({ ready: true, run: untilCompleted })]);
  faults?.once("answer lost", "ready");
  const uid = await fleet.start({ type: "work" });
  await fleet.ask("complete", uid);
  await fleet.world.advance(1_000);
  expect(await fleet.job(uid)).toMatchObject({ status: "null", outcome: "success" });
});
