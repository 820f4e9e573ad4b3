/** The front door under clients that repeat themselves and drivers that talk nonsense. */
import { expect, onTestFinished, test } from "vitest";
import type { Bus } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import { isRefusal, openJobSystem, type Driver } from "../jobchart.ts";

const quick: Driver = { type: "quick", args: {}, run: async () => "done" };

const endless: Driver = {
  type: "endless",
  args: {},
  run: async (job) => {
    for (;;) await job.sleep(1_000);
  },
};

const nonsense = (current: unknown, total: unknown): Driver => ({
  type: "nonsense",
  args: {},
  run: async (job) => job.progress(current as number, total as number),
});

test("a verb that may be sent again names its job by the uid", async () => {
  await using jobs = await openJobSystem({ bus: "memory:", drivers: [endless], worker: true });
  const again = { commandId: "cancel-1" };
  const first = await jobs.create({ type: "endless", id: "nightly" }, { run: true });
  if (isRefusal(first)) throw new Error(first.refused);
  const uid = first.group.jobs[0]?.uid ?? "";
  expect(await jobs.ask("cancel", "nightly", again)).toMatchObject({ guard: "command-id" });
  const reply = await jobs.ask("cancel", uid, again);
  await jobs.settled(uid);
  await jobs.create({ type: "endless", id: "nightly" }, { run: true });
  expect(await jobs.ask("cancel", uid, again)).toEqual(reply);
  expect((await jobs.job("nightly"))?.cancel).toBe("no");
  await jobs.ask("cancel", "nightly");
});

test("a driver that reports nonsense fails its own job, and no other's", async () => {
  for (const [current, total] of [
    [5, NaN],
    [Infinity, 1],
    ["5", 100],
    [5, undefined],
  ]) {
    const drivers = [nonsense(current, total), endless];
    await using jobs = await openJobSystem({ bus: "memory:", drivers, worker: true });
    await jobs.create({ type: "nonsense", id: "a" }, { run: true });
    const ended = await jobs.settled("a");
    expect(ended?.error).toMatch(/^progress: expected two finite numbers, found /);
    expect(await jobs.queryJobs({ all: true })).toHaveLength(1);
  }
});

test("a group that a newer program wrote stops nobody from working on the others", async () => {
  await using bus = openMemoryBus({ world: realWorld });
  const warned: Error[] = [];
  const note = (warning: Error): void => void warned.push(warning);
  process.on("warning", note);
  onTestFinished(() => void process.off("warning", note));
  const [uid] = await heldJob(bus);
  const gid = uid.slice(0, uid.lastIndexOf("-"));
  await bus.log.append(gid, 2, JSON.stringify({ v: 2, gid, rev: 2 }));

  await using jobs = await openJobSystem({ bus, drivers: [quick], worker: true });
  await jobs.create({ type: "quick", id: "other" });
  expect((await jobs.settled("other"))?.outcome).toBe("success");
  await expect.poll(() => warned.map(({ name }) => name)).toContain("CommitError");
});

async function heldJob(bus: Bus): Promise<readonly [uid: string]> {
  await using jobs = await openJobSystem({ bus, drivers: [quick], worker: { takes: "own" } });
  const reply = await jobs.create({ type: "quick", hold: true });
  if (isRefusal(reply)) throw new Error(reply.refused);
  return [reply.group.jobs[0]?.uid ?? ""];
}
