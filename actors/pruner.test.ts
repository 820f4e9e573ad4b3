/** The pruner: what ended long ago leaves a summary, whoever is at work or behind meanwhile. */
import { expect, test } from "vitest";
import { BusError } from "../bus/bus-error.ts";
import type { Log } from "../bus/bus.ts";
import { gidOf } from "../machines/job-id.ts";
import { isRefusal } from "./commands.ts";
import { day, ended, fleetToPrune, held, prune } from "./fleet-to-prune.ts";
import { accepted, type Fleet } from "./fleet.ts";
import { scriptedDriver } from "./scripted-driver.ts";
import { WentBack } from "./went-back.ts";

async function revs(fleet: Fleet, uid: string): Promise<readonly number[]> {
  return (await fleet.bus.log.read(gidOf(uid))).map(({ rev }) => rev);
}

test("a group that ended long enough ago is a summary, and every other is as it was", async () => {
  const { fleet, system } = await fleetToPrune();
  const old = await ended(fleet, { id: "old" });
  const open = await fleet.start(held);
  await fleet.world.advance(2 * day);
  const young = await ended(fleet);
  expect(await prune(fleet, system, { isDry: true })).toEqual({ groups: 1, jobs: 1 });
  expect(await revs(fleet, old)).toEqual([1, 2]);
  expect(await prune(fleet, system)).toEqual({ groups: 1, jobs: 1 });
  expect([await revs(fleet, old), await revs(fleet, open), await revs(fleet, young)]).toEqual([
    [3],
    [1],
    [1, 2],
  ]);
  expect(await fleet.group(old)).toMatchObject({
    jobs: [],
    pruned: { at: fleet.world.now(), jobs: [{ id: "old", uid: old, outcome: "cancelled" }] },
  });
  expect(await prune(fleet, system)).toEqual({ groups: 0, jobs: 0 });
});

test("a group counts from when its last job ended, however old it is", async () => {
  const { fleet, system } = await fleetToPrune();
  const uid = await fleet.start(held);
  await fleet.world.advance(2 * day);
  await fleet.ask("cancel", uid);
  expect(await prune(fleet, system)).toEqual({ groups: 0, jobs: 0 });
  await fleet.world.advance(day - 1);
  expect(await prune(fleet, system)).toEqual({ groups: 0, jobs: 0 });
  await fleet.world.advance(1);
  expect(await prune(fleet, system)).toEqual({ groups: 1, jobs: 1 });
});

test("a group is kept until its last job is gone, and ended by then", async () => {
  const { fleet, system } = await fleetToPrune();
  await fleet.open("w1", [scriptedDriver()]);
  const spec = { type: "work", autoDismiss: false };
  const uids = await fleet.startGrouped(spec, spec);
  for (const uid of uids) await fleet.until(uid, ({ status }) => status === "concluded");
  const first = fleet.world.now();
  await fleet.world.advance(5_000);
  const endedBy = fleet.world.now();
  expect(await prune(fleet, system, { endedBy })).toEqual({ groups: 0, jobs: 0 });
  for (const uid of uids) await fleet.ask("dismiss", uid);
  expect(await prune(fleet, system, { endedBy: first - 5_000 })).toEqual({ groups: 0, jobs: 0 });
  expect(await prune(fleet, system, { endedBy })).toEqual({ groups: 1, jobs: 2 });
});

test("what was fenced off before it began is pruned too", async () => {
  const { fleet, system } = await fleetToPrune();
  const { desk } = system;
  await fleet.bus.values.put(
    "name.one",
    JSON.stringify([
      { gid: "gaaaaaaaaaaaaaaaa", uid: "gaaaaaaaaaaaaaaaa-1", shared: false, at: 0 },
    ]),
  );
  await fleet.world.advance(day);
  await fleet.start({ ...held, id: "one" });
  expect(await desk.look("gaaaaaaaaaaaaaaaa")).toMatchObject({ voided: true });
  await fleet.world.advance(2 * day);
  expect(await prune(fleet, system)).toEqual({ groups: 1, jobs: 0 });
});

test("a creation that is sent again is refused, and says when its group was pruned", async () => {
  const { fleet, system } = await fleetToPrune();
  const spec = { jobs: [{ ...held, id: "one" }] };
  const first = accepted(await fleet.create(spec, { id: "c1" }));
  const uid = `${first.gid}-1`;
  await fleet.ask("cancel", uid);
  await fleet.world.advance(2 * day);
  await prune(fleet, system);
  const at = new Date(fleet.world.now()).toISOString();
  const { system: other } = await fleet.open("other", [], { worker: false });
  for (const process of [system, other]) {
    const again = await fleet.create(spec, { id: "c1", system: process });
    expect(again).toMatchObject({ guard: "pruned" });
    expect(again).toMatchObject({
      refused: `Group '${first.gid}' has ended, and was pruned on ${at}`,
    });
  }
  const plain = accepted(await fleet.create({ jobs: [held] }, { id: "c2" }));
  await fleet.ask("cancel", `${plain.gid}-1`);
  await fleet.world.advance(2 * day);
  await prune(fleet, system);
  expect(await fleet.create({ jobs: [held] }, { id: "c2", system: other })).toMatchObject({
    guard: "pruned",
  });
  expect(await fleet.ask("pause", uid)).toMatchObject({ refused: "Job not found" });
});

test("a crash before the removal leaves a group that is pruned, and the next one removes the rest", async () => {
  const { fleet, faults, system } = await fleetToPrune();
  const uid = await ended(fleet);
  await fleet.world.advance(2 * day);
  faults.keepsAll = true;
  await expect(prune(fleet, system)).rejects.toMatchObject({ code: "unavailable" });
  expect(await revs(fleet, uid)).toEqual([1, 2, 3]);
  const { system: other } = await fleet.open("other", [], { worker: false });
  expect(await other.desk.look(gidOf(uid))).toMatchObject({
    jobs: [],
    pruned: { jobs: [{ uid }] },
  });
  faults.keepsAll = false;
  expect(await prune(fleet, other)).toEqual({ groups: 0, jobs: 0 });
  expect(await revs(fleet, uid)).toEqual([3]);
});

test("two at once leave one summary", async () => {
  const { fleet, system } = await fleetToPrune();
  const uids = [await ended(fleet), await ended(fleet), await ended(fleet)];
  await fleet.world.advance(2 * day);
  const { system: other } = await fleet.open("other", [], { worker: false });
  await Promise.all([system, other].map((process) => prune(fleet, process)));
  for (const uid of uids) expect(await revs(fleet, uid)).toEqual([3]);
});

test("who has the group in hand from before meets the summary", async () => {
  const { fleet, system } = await fleetToPrune();
  const spec = { jobs: [{ ...held, id: "one" }] };
  const uid = `${accepted(await fleet.create(spec, { id: "c1" })).gid}-1`;
  const { system: other } = await fleet.open("other", [], { worker: false });
  await other.desk.look(gidOf(uid));
  await fleet.ask("cancel", uid);
  await fleet.world.advance(2 * day);
  await prune(fleet, system);
  const asked = { id: "late", by: "user@host", at: fleet.world.now() };
  expect(other.desk.groups.size.groups).toBe(1);
  expect(await fleet.create(spec, { id: "c1", system: other })).toMatchObject({ guard: "pruned" });
  expect(await other.desk.ask({ verb: "start", uid, ...asked })).toMatchObject({
    refused: "Job not found",
  });
  expect(await other.desk.look(gidOf(uid))).toMatchObject({ pruned: { jobs: [{ uid }] } });
});

test("a keeper that has followed it, or was behind, goes on", async () => {
  const { fleet, system } = await fleetToPrune();
  const { process: behind } = await fleet.open("behind", [], { keeps: true, worker: false });
  await fleet.open("w1", [scriptedDriver()]);
  const uid = await fleet.start(held);
  await fleet.world.advance(30_000);
  behind.freeze();
  await fleet.ask("cancel", uid);
  await fleet.world.advance(60_000);
  await prune(fleet, system, { endedBy: fleet.world.now() });
  behind.thaw();
  await fleet.world.advance(60_000);
  expect(await fleet.ended(await fleet.start({ type: "work" }))).toMatchObject({
    outcome: "success",
  });
  await fleet.world.advance(60_000);
  expect(fleet.errors).toEqual([]);
  const saved = JSON.parse((await fleet.bus.values.get("agenda"))?.value ?? "{}") as object;
  expect(saved).toMatchObject({ open: {} });
});

test("a group that cannot be read is left as it is, and keeps nobody from the others", async () => {
  const { fleet, system } = await fleetToPrune();
  await fleet.bus.log.append("gaaaaaaaaaaaaaaaa", 1, `{"at":"2020-01-01T00:00:00.000Z"}`);
  await ended(fleet);
  await fleet.world.advance(2 * day);
  expect(await prune(fleet, system)).toEqual({ groups: 1, jobs: 1 });
  expect(await fleet.bus.log.read("gaaaaaaaaaaaaaaaa")).toHaveLength(1);
});

test("a log that went backwards, or a bus that failed, is not one group's trouble", async () => {
  const { fleet } = await fleetToPrune();
  const { log } = fleet.bus;
  const uid = await ended(fleet);
  await ended(fleet);
  await fleet.world.advance(2 * day);
  const gone = new WentBack("its end is gone");
  const damaged = new BusError("corrupt", "the file is damaged");
  for (const [error, failed] of [
    [gone, fleet.bus.failed],
    [damaged, Promise.resolve(damaged)],
  ] as const) {
    const read: Log["read"] = (gid, after) =>
      gid === gidOf(uid) ? Promise.reject(error) : log.read(gid, after);
    const bus = { ...fleet.bus, failed, log: { ...log, read } };
    const { system } = await fleet.open("broken", [], { worker: false, bus });
    await expect(prune(fleet, system, { isDry: true })).rejects.toBe(error);
  }
});

test("nothing is pruned that a feed does not have yet", async () => {
  const { fleet } = await fleetToPrune();
  const uid = await ended(fleet);
  await ended(fleet);
  await fleet.world.advance(2 * day);
  const node = { hasFeed: true, worker: false } as const;
  const { system } = await fleet.open("node", [], node);
  expect(await prune(fleet, system)).toEqual({ groups: 0, jobs: 0 });
  const last = (await fleet.bus.log.read(gidOf(uid))).at(-1);
  const entry = { subject: "event.work.a.null", index: 2, data: "{}", headers: {} };
  await fleet.bus.outlet.append([{ ...entry, position: last?.position ?? 0 }], 0);
  expect(await prune(fleet, system)).toEqual({ groups: 1, jobs: 1 });
});

test("what was kept beside the log goes with it", async () => {
  const { fleet, system } = await fleetToPrune();
  await fleet.open("w1", [scriptedDriver()]);
  const uid = await fleet.start({ type: "work" });
  const { epoch } = await fleet.ended(uid);
  await system.checkpoints.put(uid, epoch, { cursor: 7, progress: { current: 1, total: 2 } });
  await system.outputs.put(uid, { epoch, attempt: 1, offset: 0, bytes: "" });
  await prune(fleet, system, { endedBy: fleet.world.now() });
  const left = await fleet.bus.values.list("");
  expect(left.filter(({ key }) => key.includes(uid))).toEqual([]);
});

test("a slice is short, and says where to go on", async () => {
  const { fleet, system } = await fleetToPrune();
  for (let i = 0; i < 300; i += 1) {
    const { gid } = accepted(await fleet.create({ jobs: [held] }));
    const asked = { id: "x", by: "user@host", at: fleet.world.now() };
    const reply = await system.desk.ask({ verb: "cancel", uid: `${gid}-1`, ...asked });
    expect(isRefusal(reply)).toBe(false);
  }
  await fleet.world.advance(2 * day);
  const request = { endedBy: fleet.world.now(), isDry: false, by: "ops@db7" };
  const first = await system.pruner.slice({ ...request, after: 0 });
  expect(first).toMatchObject({ groups: 256, next: 511 });
  const rest = await system.pruner.slice({ ...request, after: first.next ?? 0 });
  expect(rest.groups).toBe(44);
});
