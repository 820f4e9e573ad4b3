/** Jobs that wait for their resources: who holds them, who is next, and what a lost worker lets go of. */
import { describe, expect, test } from "vitest";
import { blankJob, type Job } from "../machines/record.ts";
import { Fleet } from "./fleet.ts";
import type { JobSpec } from "./job-spec.ts";
import { scriptedDriver } from "./scripted-driver.ts";
import { WaitingLine } from "./waiting-line.ts";

const disk = { resources: [{ name: "disk", shared: false }] };
const host = (limit: number) => ({ resources: [{ name: "host7", shared: false, limit }] });

function waiting(more: Partial<JobSpec> = disk): JobSpec {
  return { type: "work", onBusy: "wait", ...more };
}

const status = async (fleet: Fleet, uids: readonly string[]): Promise<string> => {
  const jobs = await Promise.all(uids.map((uid) => fleet.job(uid)));
  return jobs.map((job) => job.status).join(" ");
};

const begun = ({ status }: Job): boolean => status !== "created";

/** How many claims were asked of desks on the bus, by watching what is done with work items. */
function takesOf(fleet: Fleet): { count: number } {
  const takes = { count: 0 };
  const { queue } = fleet.bus;
  const take = queue.take.bind(queue);
  queue.take = async (wanted, signal) => {
    const item = await take(wanted, signal);
    if (item !== undefined) takes.count += 1;
    return item;
  };
  return takes;
}

describe("of jobs that wait for a resource", () => {
  test("no more run than may hold it, all run, and nobody is asked in vain", async () => {
    await using fleet = new Fleet();
    const takes = takesOf(fleet);
    await fleet.open("w1", [scriptedDriver()], { worker: { concurrency: 8 } });
    const uids: string[] = [];
    for (let n = 0; n < 6; n += 1) uids.push(await fleet.start(waiting(host(2))));
    let most = 0;
    await fleet.world.until(async () => {
      const statuses = (await status(fleet, uids)).split(" ");
      most = Math.max(most, statuses.filter((each) => each === "running").length);
      return statuses.every((each) => each === "null");
    });
    expect(most).toBe(2);
    expect(takes.count).toBe(6);
    expect(fleet.errors).toEqual([]);
  });

  test("the next begins within a second of the end of the one before", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver()]);
    const [first, second] = [await fleet.start(waiting()), await fleet.start(waiting())];
    const { endedAt } = await fleet.ended(first);
    const { startedAt } = await fleet.until(second, begun);
    expect((startedAt ?? 0) - (endedAt ?? 0)).toBeLessThan(1_000);
  });

  test("those of higher priority go first, then the oldest", async () => {
    await using fleet = new Fleet();
    const driver = scriptedDriver();
    await fleet.open("w1", [driver]);
    const first = await fleet.start(waiting());
    await fleet.until(first, begun);
    const uids: string[] = [];
    for (const [id, priority] of [
      ["low", -1],
      ["old", 0],
      ["new", 0],
      ["high", 5],
    ] as const) {
      uids.push(await fleet.start(waiting({ ...disk, id, priority })));
      await fleet.world.advance(1);
    }
    for (const uid of uids) await fleet.ended(uid);
    const order = driver.calls.filter((call) => /^run [a-z]+ /.test(call) && !call.includes(first));
    expect(order).toEqual(["run high 1", "run old 1", "run new 1", "run low 1"]);
  });

  test("one that no worker can take keeps nobody else from it", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver()]);
    const barred = await fleet.start(waiting({ ...disk, priority: 9, require: { gpu: "a100" } }));
    const free = await fleet.start(waiting());
    expect((await fleet.ended(free)).outcome).toBe("success");
    expect(await status(fleet, [barred])).toBe("created");
  });

  test("one that was created to hold it goes before, and is not refused for those that wait", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver()]);
    const claimed = await fleet.start(waiting());
    await fleet.until(claimed, begun);
    const waits = await fleet.start(waiting());
    const refused = {
      refused: `Resource 'disk' is held by job '${claimed}'`,
      guard: "resource-free",
    };
    expect(await fleet.create({ jobs: [{ type: "work", ...disk }] })).toMatchObject(refused);
    await fleet.world.until(async () => (await fleet.job(claimed)).status === "null");
    const holds = await fleet.start({ type: "work", hold: true, ...disk });
    await fleet.world.advance(30_000);
    expect(await status(fleet, [holds, waits])).toBe("created created");
    await fleet.ask("cancel", holds);
    expect((await fleet.ended(waits)).outcome).toBe("success");
  });
});

const next = (line: WaitingLine, jobs: readonly Job[], nowMs: number) => [
  ...line.next(jobs, 0, nowMs),
];

const job = (uid: string, priority = 0): Job => ({
  ...blankJob,
  ...disk,
  uid,
  priority,
  status: "created",
  onBusy: "wait",
});

describe("the line", () => {
  const [high, low] = [job("high", 1), job("low")];

  test("offers one for each place, the next when nobody takes it, and again after ten seconds", () => {
    const line = new WaitingLine();
    const offers = [0, 500, 999, 1_000, 2_000, 9_999, 10_000, 11_000];
    expect(offers.map((nowMs) => next(line, [low, high], nowMs).join(" "))).toEqual([
      "high",
      "",
      "",
      "low",
      "",
      "",
      "high",
      "low",
    ]);
  });

  test("offers anew when somebody came or went: a claim may have been refused for them", () => {
    const line = new WaitingLine();
    expect(next(line, [low, high], 0)).toEqual(["high"]);
    expect(next(line, [high], 100)).toEqual(["high"]);
    const claim = { session: "s", worker: "w", host: "h" };
    expect(next(line, [{ ...low, status: "running", epoch: 1, claim }, high], 200)).toEqual([]);
    expect(next(line, [high], 300)).toEqual(["high"]);
  });
});
