/** Jobs that wait for their resources: who holds them, who is next, and what a lost worker lets go of. */
import { describe, expect, test } from "vitest";
import { BusError } from "../bus/bus-error.ts";
import { blankJob, type Job } from "../machines/record.ts";
import { gidOf } from "../machines/job-id.ts";
import type { Reply } from "./commands.ts";
import { Fleet } from "./fleet.ts";
import type { JobSpec } from "./job-spec.ts";
import { jobTypeOf } from "./registry.ts";
import { hanging, scriptedDriver } from "./scripted-driver.ts";
import type { System } from "./system.ts";
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

  test("one that no worker can take keeps nobody from it however many come after", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({}, { steps: 0 })]);
    const barred = await fleet.start(waiting({ ...disk, priority: 9, require: { gpu: "a100" } }));
    const uids: string[] = [];
    for (let n = 0; n < 40; n += 1) {
      uids.push(await fleet.start(waiting()));
      await fleet.world.advance(500);
    }
    const ended = (await status(fleet, uids)).split(" ").filter((each) => each === "null");
    expect(ended.length).toBeGreaterThan(10);
    await fleet.world.advance(40_000);
    expect(await status(fleet, uids)).toBe(Array(40).fill("null").join(" "));
    expect(await status(fleet, [barred])).toBe("created");
  });

  test("one whose claim was refused leaves no item in the queue", async () => {
    await using fleet = new Fleet();
    const takes = takesOf(fleet);
    const { process } = await fleet.open("w1", [scriptedDriver()]);
    const creator = await fleet.open("stuck", [], { worker: false });
    creator.process.bus.log.append = hanging;
    void fleet.create({ jobs: [{ type: "work", ...disk }] }, creator);
    await fleet.world.settle();
    const refused = await fleet.start(waiting());
    await fleet.world.advance(1_000);
    process.kill();
    expect([takes.count, await status(fleet, [refused])]).toEqual([1, "created"]);
    const stop = new AbortController();
    const taking = fleet.bus.queue.take({ types: [], host: "any" }, stop.signal);
    await fleet.world.advance(60_000);
    stop.abort();
    expect(await taking).toBeUndefined();
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

describe("a claim that took a resource and was not written", () => {
  test("by a worker that died leaves it to others after ten seconds", async () => {
    await using fleet = new Fleet();
    const gpu = { worker: { tags: { gpu: "a100" } } };
    const { process } = await fleet.open("w1", [scriptedDriver()], gpu);
    process.bus.log.append = async (gid) => {
      throw new BusError("unavailable", `${gid}: no answer`);
    };
    const lost = await fleet.start(waiting({ ...disk, id: "lost", require: { gpu: "a100" } }));
    await fleet.world.advance(1_000);
    process.kill();
    await fleet.open("w2", [scriptedDriver()]);
    const refused = { refused: "Resource 'disk' is held by job 'lost'" };
    expect(await fleet.create({ jobs: [{ type: "work", ...disk }] })).toMatchObject(refused);
    const other = await fleet.start(waiting());
    await fleet.world.advance(9_000);
    expect(await status(fleet, [lost, other])).toBe("created created");
    await fleet.until(other, begun, 30_000);
    expect((await fleet.ended(other)).outcome).toBe("success");
    expect(await fleet.job(lost)).toMatchObject({ status: "created", epoch: 0 });
    expect(await fleet.create({ jobs: [{ type: "work", ...disk }] })).toHaveProperty("rev", 1);
  });

  test("is fenced, also where another is decided meanwhile: should it live, it waits again", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("w1", [scriptedDriver({}, { steps: 100 })]);
    const hold = Promise.withResolvers<void>();
    process.bus.log.append = async (gid, ...rest) => {
      if (gid === gidOf(slow) && rest[1].includes('"claimed"')) await hold.promise;
      return fleet.bus.log.append(gid, ...rest);
    };
    const slow = await fleet.start(waiting());
    await fleet.world.advance(1_000);
    const other = await fleet.start(waiting());
    await fleet.until(other, begun, 30_000);
    hold.resolve();
    await fleet.world.settle();
    expect(await status(fleet, [slow, other])).toBe("created running");
    await fleet.ended(other);
    expect(await fleet.ended(slow)).toMatchObject({ outcome: "success", epoch: 1 });
    expect(fleet.errors).toEqual([]);
  });
});

test("a desk that is behind does not take from a claim what it has reserved", async () => {
  await using fleet = new Fleet();
  await fleet.declare(jobTypeOf(scriptedDriver()));
  const [first, other] = [await fleet.start(waiting()), await fleet.start(waiting())];
  const claim = ({ desk }: System, uid: string): Promise<Reply> => {
    const by = { session: "s", worker: "w", host: "h" };
    const asked = { id: fleet.world.id(), by: "worker/w", at: fleet.world.now() };
    return desk.ask({ verb: "claimed", uid, epoch: 1, claim: by, ...asked });
  };
  const hold = Promise.withResolvers<void>();
  const slow = await fleet.open("slow", [], { worker: false });
  slow.process.bus.log.append = async (...commit) => {
    await hold.promise;
    return fleet.bus.log.append(...commit);
  };
  const behind = await fleet.open("behind", [], { worker: false });
  behind.process.bus.log.append = hanging;
  await behind.system.desk.look(gidOf(first));
  await fleet.ask("set-speed", first, { speed: 1 });
  const claimed = claim(slow.system, first);
  await fleet.world.settle();
  void claim(behind.system, first);
  await fleet.world.settle();
  expect(await claim(await fleet.client(), other)).toMatchObject({ guard: "resource-free" });
  hold.resolve();
  expect(await claimed).toHaveProperty("rev", 3);
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

  test("gives one no more grace for those who come and go", () => {
    const line = new WaitingLine();
    const others = [0, 1, 2].map((n) => job(`other${n}`));
    const offers = [0, 400, 800].map((nowMs, n) => next(line, [high, others[n] ?? low], nowMs));
    expect(offers).toEqual([["high"], ["high"], ["high"]]);
    expect(next(line, [high, low], 1_200)).toEqual(["high", "low"]);
  });
});
