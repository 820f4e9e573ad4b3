/** The output of jobs, as it comes from their runs to whoever looks. */
import { describe, expect, test } from "vitest";
import { BusError } from "../bus/bus-error.ts";
import type { Bus } from "../bus/bus.ts";
import type { RunningJob } from "./driver.ts";
import { Fleet } from "./fleet.ts";
import { tailBytesMax } from "./output-tail.ts";
import type { Output, Tail } from "./outputs.ts";
import { scriptedDriver } from "./scripted-driver.ts";
import type { System } from "./system.ts";

async function outputOf(fleet: Fleet, uid: string): Promise<Output | undefined> {
  return (await fleet.client()).outputs.of(uid);
}

/** The end of a job's output, as text; undefined when there is none. */
async function kept(fleet: Fleet, uid: string): Promise<string | undefined> {
  const output = await outputOf(fleet, uid);
  return output && Buffer.from(output.bytes, "base64").toString();
}

const says = (run: (job: RunningJob) => Promise<void>) => [scriptedDriver({ run })];

async function speaksAndRests(job: RunningJob): Promise<void> {
  job.output("begins\n");
  await job.sleep(3_600_000);
}

/** A fleet whose outputs are put by way of `put`; counts how many were asked for. */
function fleetThat(put: (next: () => Promise<number>) => Promise<number>) {
  const puts: number[] = [];
  const around = (bus: Bus): Bus => ({
    ...bus,
    values: {
      ...bus.values,
      put: (key, value, options) => {
        if (!key.startsWith("output.")) return bus.values.put(key, value, options);
        puts.push(fleet.world.monotonic());
        return put(() => bus.values.put(key, value, options));
      },
    },
  });
  const fleet = new Fleet(around);
  return { fleet, puts };
}

const asUsual = (next: () => Promise<number>): Promise<number> => next();

describe("the output of a run", () => {
  test.each([
    ["succeeds", async () => {}, "success"],
    ["fails", () => Promise.reject(new Error("broken")), "failed"],
  ] as const)("is there when its job %s", async (_how, end, outcome) => {
    await using fleet = new Fleet();
    const run = async (job: RunningJob): Promise<void> => {
      job.output("hello ");
      job.output(Buffer.from("world"));
      await end();
    };
    await fleet.open("w1", says(run));
    const uid = await fleet.start({ type: "work" });
    await fleet.world.settle();
    expect(await fleet.job(uid)).toMatchObject({ status: "null", outcome });
    expect(await kept(fleet, uid)).toBe("hello world");
  });

  test.each([
    ["is paused", (fleet: Fleet, uid: string) => fleet.ask("pause", uid), { status: "paused" }],
    [
      "is given back",
      (_: Fleet, _uid: string, system: System) => system.worker?.drain(1),
      { claim: null },
    ],
  ] as const)("is there as soon as its job %s", async (_how, act, record) => {
    await using fleet = new Fleet();
    const { system } = await fleet.open("w1", says(speaksAndRests));
    const uid = await fleet.start({ type: "work" });
    expect(await kept(fleet, uid)).toBeUndefined();
    void act(fleet, uid, system);
    await fleet.world.settle();
    expect(await fleet.job(uid)).toMatchObject(record);
    expect(await kept(fleet, uid)).toBe("begins\n");
  });

  test("can be read while it goes on, a moment after it was said", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", says(speaksAndRests));
    const uid = await fleet.start({ type: "work" });
    await fleet.world.advance(100);
    expect(await kept(fleet, uid)).toBe("begins\n");
  });

  test("costs nothing where there is none", async () => {
    const { fleet, puts } = fleetThat(asUsual);
    await using _ = fleet;
    await fleet.open("w1", [scriptedDriver()]);
    const uid = await fleet.start({ type: "work" });
    await fleet.ended(uid);
    expect(puts).toEqual([]);
  });

  test("is put once a second at most, and every four seconds when there is much of it", async () => {
    const { fleet, puts } = fleetThat(asUsual);
    await using _ = fleet;
    await fleet.open(
      "w1",
      says(async (job) => {
        for (let tick = 0; tick < 500; tick += 1) {
          job.output(tick < 100 ? "." : Buffer.alloc(tailBytesMax, "flood"));
          await job.sleep(100);
        }
      }),
    );
    const uid = await fleet.start({ type: "work" });
    await fleet.ended(uid);
    const restsMs = puts.slice(1, -1).map((at, index) => at - (puts[index] ?? 0));
    expect(Math.min(...restsMs)).toBeGreaterThanOrEqual(1_000);
    expect(restsMs.filter((ms) => ms >= 4_000).length).toBeGreaterThanOrEqual(8);
    expect(puts.length).toBeLessThan(30);
    expect(await outputOf(fleet, uid)).toMatchObject({
      epoch: 1,
      attempt: 1,
      offset: 100 + 399 * tailBytesMax,
    });
  });
});

/** Says which epoch it is; in the first it goes on after that, and is not to be heard. */
async function saysItsEpoch(job: RunningJob): Promise<void> {
  job.output(`epoch ${job.epoch}\n`);
  await job.sleep(5_000);
  if (job.epoch > 1) return;
  job.output("never told");
  await job.sleep(3_600_000);
}

function tailOf(epoch: number, text: string): Tail {
  return { epoch, attempt: 1, offset: 0, bytes: Buffer.from(text).toString("base64") };
}

const inTwoEpochs = { ...tailOf(2, "epoch 2\n"), earlier: tailOf(1, "epoch 1\n") };

describe("a worker that dies", () => {
  test("leaves what it told last, and its successor's stands behind it", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("w1", says(saysItsEpoch));
    const uid = await fleet.start({ type: "work" });
    await fleet.world.advance(5_050);
    process.kill();
    await fleet.world.advance(1_000);
    expect(await kept(fleet, uid)).toBe("epoch 1\n");
    await fleet.open("w2", says(saysItsEpoch));
    await fleet.ended(uid);
    expect(await outputOf(fleet, uid)).toEqual(inTwoEpochs);
  });

  test("or slept so long that its session is over, tells nothing more of that epoch", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("w1", says(saysItsEpoch));
    const uid = await fleet.start({ type: "work" });
    await fleet.world.advance(5_050);
    process.freeze();
    await fleet.world.advance(20_000);
    process.thaw();
    await fleet.ended(uid);
    expect(await outputOf(fleet, uid)).toEqual(inTwoEpochs);
    expect(fleet.errors).toEqual([]);
  });
});

describe("trouble with the output", () => {
  const speaks = says(async (job) => {
    job.output("hello");
    await job.sleep(20_000);
    job.output(" again");
  });

  test("that passes is nobody's business: it is told later", async () => {
    const { fleet } = fleetThat((next) =>
      fleet.world.monotonic() < 10_000
        ? Promise.reject(new BusError("unavailable", "away"))
        : next(),
    );
    await using _ = fleet;
    await fleet.open("w1", speaks);
    const uid = await fleet.start({ type: "work" });
    await fleet.world.advance(9_000);
    expect(await kept(fleet, uid)).toBeUndefined();
    await fleet.world.advance(3_000);
    expect(await kept(fleet, uid)).toBe("hello");
    expect((await fleet.ended(uid)).outcome).toBe("success");
    expect(await kept(fleet, uid)).toBe("hello again");
    expect(fleet.errors).toEqual([]);
  });

  test("that does not pass is heard of, once for each time that more is said", async () => {
    const { fleet } = fleetThat(() => Promise.reject(new BusError("corrupt", "broken")));
    await using _ = fleet;
    await fleet.open("w1", speaks);
    const uid = await fleet.start({ type: "work" });
    expect((await fleet.ended(uid)).outcome).toBe("success");
    expect(fleet.errors.map(String)).toEqual(["BusError: broken", "BusError: broken"]);
  });

  test("holds the end of the job up for five seconds, when there is no answer at all", async () => {
    const { fleet } = fleetThat(() => new Promise(() => {}));
    await using _ = fleet;
    await fleet.open(
      "w1",
      says(async (job) => job.output("hello")),
    );
    const uid = await fleet.start({ type: "work" });
    await fleet.world.advance(4_900);
    expect((await fleet.job(uid)).status).toBe("running");
    await fleet.world.advance(200);
    expect(await fleet.job(uid)).toMatchObject({ outcome: "success" });
  });
});
