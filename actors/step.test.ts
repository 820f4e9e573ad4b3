/** The finishing steps: what they get, what becomes of a job whose step fails, hangs, or never was. */
import { describe, expect, test } from "vitest";
import { waitingFor } from "../machines/duty.ts";
import { Cancelled, type Step } from "./driver.ts";
import { Fleet } from "./fleet.ts";
import { hanging, scriptedDriver } from "./scripted-driver.ts";

async function waits(fleet: Fleet, uid: string): Promise<unknown> {
  return waitingFor(await fleet.job(uid), await fleet.group(uid), fleet.world.now());
}

function broken(): Promise<never> {
  return Promise.reject(new Error("it broke"));
}

/** Fails as often as it is told, then works. */
function failing(times: number): () => Promise<void> {
  let left = times;
  return () => {
    left -= 1;
    return left >= 0 ? broken() : Promise.resolve();
  };
}

const cancelling = (fleet: Fleet, uid: string) => fleet.ask("cancel", uid);

test("steps get what is durable: arguments, the last checkpoint, the result, what was prepared", async () => {
  await using fleet = new Fleet();
  const seen: Partial<Step>[] = [];
  const see = ({ id, args, cursor, result, prepared, epoch }: Step): void =>
    void seen.push({ id, args, cursor, result, prepared, epoch });
  const driver = scriptedDriver({
    prepare: async (step) => {
      see(step);
      return "prepared";
    },
    commit: async (step) => see(step),
  });
  await fleet.open("w1", [driver]);
  await fleet.ended(await fleet.start({ type: "work", id: "a", args: { depth: 1 } }));
  const durable = { id: "a", args: { depth: 1 }, cursor: 3, result: 3, epoch: 1 };
  expect(seen).toEqual([
    { ...durable, prepared: null },
    { ...durable, prepared: "prepared" },
  ]);
});

describe("prepare", () => {
  test("that fails is the job's failure, and that of its group", async () => {
    await using fleet = new Fleet();
    const good = scriptedDriver({ type: "good" });
    await fleet.open("w1", [good, scriptedDriver({ type: "bad", prepare: broken })]);
    const [a = "", b = ""] = await fleet.startGrouped(
      { type: "good", id: "a" },
      { type: "bad", id: "b" },
    );
    expect(await fleet.ended(b)).toMatchObject({ outcome: "failed", error: "it broke" });
    expect(await fleet.ended(a)).toMatchObject({ outcome: "cancelled", cancelledBy: b });
    expect(good.calls).toEqual(["run a 1", "prepare a 1", "abort a 1", "clean a 1"]);
  });

  test("that hangs is stopped by a cancel", async () => {
    await using fleet = new Fleet();
    const stopped = Promise.withResolvers<unknown>();
    const prepare = ({ signal }: Step): Promise<never> => {
      signal.addEventListener("abort", () => stopped.resolve(signal.reason));
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    };
    await fleet.open("w1", [scriptedDriver({ prepare })]);
    const uid = await fleet.start({ type: "work" });
    await fleet.until(uid, ({ status }) => status === "pending");
    await fleet.world.advance(60_000);
    expect(await fleet.job(uid)).toMatchObject({ status: "pending", finalizing: true });
    await cancelling(fleet, uid);
    expect(await stopped.promise).toBeInstanceOf(Cancelled);
    expect(await fleet.job(uid)).toMatchObject({ status: "null", outcome: "cancelled" });
  });
});

describe.each(["commit", "abort", "clean"] as const)("%s", (step) => {
  async function arrived(fleet: Fleet, uid: string): Promise<void> {
    await fleet.world.settle();
    if (step === "abort") await cancelling(fleet, uid);
    await fleet.until(uid, ({ decision }) => decision !== "none");
    await fleet.world.settle();
  }
  const outcome = step === "abort" ? "cancelled" : "success";

  test("that fails twice is tried again, and the job ends as decided", async () => {
    await using fleet = new Fleet();
    const driver = scriptedDriver({ [step]: failing(2) });
    await fleet.open("w1", [driver]);
    const uid = await fleet.start({ type: "work", id: "a" });
    await arrived(fleet, uid);
    const { stuck } = await fleet.job(uid);
    expect(stuck).toMatchObject({ step, error: "it broke", tries: 1 });
    expect(await waits(fleet, uid)).toEqual({
      what: "step",
      detail: `${step} failed 1 times: it broke`,
    });
    const { endedAt, ...ended } = await fleet.ended(uid);
    expect(ended).toMatchObject({ outcome, stuck: null, damage: null });
    expect((endedAt ?? 0) - ((stuck?.retryAt ?? 0) - 1_000)).toBe(3_000);
    expect(driver.calls.filter((call) => call === `${step} a 1`)).toHaveLength(3);
  });

  test("that fails is not tried again before its time, although the record is read anew", async () => {
    await using fleet = new Fleet();
    const at: number[] = [];
    const fail = failing(4);
    const commit = (): Promise<void> => {
      at.push(fleet.world.now());
      return fail();
    };
    const { system } = await fleet.open("w1", [scriptedDriver({ commit })]);
    const uid = await fleet.start({ type: "work" });
    await fleet.until(uid, ({ stuck }) => stuck?.tries === 4);
    system.desk.groups.drop(uid.slice(0, uid.lastIndexOf("-")));
    await fleet.ended(uid);
    const waits = at.slice(1).map((ms, index) => ms - (at[index] ?? 0));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  test("that keeps failing asks for an operator, who may abandon it", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({ [step]: broken })]);
    const uid = await fleet.start({ type: "work" });
    await arrived(fleet, uid);
    await fleet.until(uid, ({ stuck }) => stuck?.tries === 5);
    expect(await waits(fleet, uid)).toMatchObject({ what: "operator" });
    await fleet.ask("abandon", uid);
    const rest = step === "clean" ? "" : " and clean";
    expect(await fleet.job(uid)).toMatchObject({
      status: "null",
      outcome,
      damage: `${step}${rest} not done: it broke`,
    });
  });

  test("that hangs is not abandoned under its worker, but is once that is gone", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("w1", [scriptedDriver({ [step]: hanging })]);
    await fleet.open("watcher", []);
    const uid = await fleet.start({ type: "work", id: "a" });
    await arrived(fleet, uid);
    await fleet.world.advance(60_000);
    expect(await fleet.ask("abandon", uid)).toMatchObject({
      refused: "Job 'a' has a worker at its step, which has not failed",
    });
    process.kill();
    await fleet.until(uid, ({ claim }) => claim === null);
    expect(await waits(fleet, uid)).toEqual({ what: "worker", detail: `for ${step}` });
    await fleet.ask("abandon", uid);
    expect(await fleet.job(uid)).toMatchObject({ status: "null", outcome });
  });
});

test("a driver without steps ends without any", async () => {
  await using fleet = new Fleet();
  await fleet.open("w1", [{ type: "work", args: {}, run: (job) => job.sleep(1_000) }]);
  const uid = await fleet.start({ type: "work" });
  expect(await fleet.ended(uid)).toMatchObject({ outcome: "success", vote: null });
  expect(await fleet.path(uid)).toBe("created running waiting pending concluded null");
});
