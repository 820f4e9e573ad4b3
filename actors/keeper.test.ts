/** The keeper: whatever a commit made due and nobody did is done, once, by any of them. */
import { describe, expect, test } from "vitest";
import { BusError } from "../bus/bus-error.ts";
import type { Bus } from "../bus/bus.ts";
import { digestOf } from "../machines/commit.ts";
import { FaultyBus } from "./faulty-bus.ts";
import { Fleet } from "./fleet.ts";
import { hanging, scriptedDriver } from "./scripted-driver.ts";
import { jobTypeOf } from "./registry.ts";
import type { VirtualProcess } from "./virtual-process.ts";

const gidOf = (uid: string): string => uid.slice(0, uid.lastIndexOf("-"));

/** A bus whose appends carry nothing out: no offer is queued and nobody is poked. */
function withoutEffects(bus: Bus): Bus {
  return {
    ...bus,
    queue: { ...bus.queue, offer: async () => {} },
    signals: { ...bus.signals, publish: () => {} },
  };
}

/** The process stops dead once a commit with that in it is written. */
function dieAfter({ bus }: Fleet, process: VirtualProcess, mark: string): void {
  process.bus.log.append = async (gid, rev, text) => {
    const position = await bus.log.append(gid, rev, text);
    if (!text.includes(mark)) return position;
    process.kill();
    return hanging();
  };
}

function away(): Promise<never> {
  return Promise.reject(new BusError("unavailable", "away"));
}

interface Cause {
  readonly verb: string;
  readonly by: string;
}

async function causes(fleet: Fleet, uid: string): Promise<readonly Cause[]> {
  const stored = await fleet.bus.log.read(gidOf(uid));
  return stored.map(({ text }) => (JSON.parse(text) as { cause: Cause }).cause);
}

async function by(fleet: Fleet, uid: string, verb: string): Promise<number> {
  return (await causes(fleet, uid)).filter((cause) => cause.verb === verb).length;
}

describe("a keeper makes good", () => {
  test("an offer that the creating process never made", async () => {
    await using fleet = new Fleet();
    await fleet.declare(jobTypeOf(scriptedDriver()));
    const { system } = await fleet.open("creator", [], {
      worker: false,
      bus: withoutEffects(fleet.bus),
    });
    const reply = await fleet.create({ jobs: [{ type: "work", id: "a" }] }, { system });
    expect(reply).toHaveProperty("rev", 1);
    const uid = (await system.desk.names.uidOf("a")) ?? "";
    await fleet.open("w1", [scriptedDriver()]);
    expect((await fleet.ended(uid)).outcome).toBe("success");
  });

  test("every offer and poke of a fleet that loses them all", async () => {
    await using fleet = new Fleet();
    const { bus, world } = fleet;
    const keeper = await fleet.open("keeper", []);
    const lossy = withoutEffects(bus);
    const driver = scriptedDriver({}, { steps: 30 });
    await fleet.open("w1", [driver], { bus: lossy });
    const { system } = await fleet.open("client", [], { worker: false, bus: lossy });
    await fleet.create(
      {
        completion: "grouped",
        jobs: [
          { type: "work", id: "a" },
          { type: "work", id: "b" },
        ],
      },
      { system },
    );
    const a = (await system.desk.names.uidOf("a")) ?? "";
    await fleet.until(a, ({ status }) => status === "running");
    const asked = { id: world.id(), by: "user@host", at: world.now() };
    await system.desk.ask({ verb: "pause", uid: a, ...asked });
    await fleet.until(a, ({ status }) => status === "paused", 10_000);
    await system.desk.ask({ verb: "resume", uid: a, ...asked, id: world.id() });
    expect((await fleet.ended(a)).outcome).toBe("success");
    expect(keeper.system.worker).toBeDefined();
    expect(fleet.errors).toEqual([]);
  });

  test("an emptied queue", async () => {
    await using fleet = new Fleet();
    await fleet.open("keeper", []);
    await fleet.declare(jobTypeOf(scriptedDriver()));
    const uid = await fleet.start({ type: "work" });
    await fleet.world.advance(1_000);
    await fleet.bus.queue.done(uid);
    const taken = fleet.bus.queue.take({ types: [], host: "h" }, new AbortController().signal);
    await fleet.world.advance(11_000);
    expect(await taken).toMatchObject({ uid });
  });

  test("a worker that stopped right after its claim was written", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("w1", [scriptedDriver()]);
    dieAfter(fleet, process, '"kind":"status"');
    const uid = await fleet.start({ type: "work", id: "a" });
    const driver = scriptedDriver();
    await fleet.open("w2", [driver]);
    expect(await fleet.ended(uid)).toMatchObject({ outcome: "success", epoch: 2 });
    expect(driver.calls[0]).toBe("run a 2");
    expect(await by(fleet, uid, "lost")).toBe(1);
  });

  test("a step whose worker stopped between the decision and the step", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("w1", [scriptedDriver()]);
    dieAfter(fleet, process, '"kind":"decision"');
    const uid = await fleet.start({ type: "work", id: "a" });
    const driver = scriptedDriver();
    await fleet.until(uid, ({ decision }) => decision === "commit");
    await fleet.open("w2", [driver]);
    expect((await fleet.ended(uid)).outcome).toBe("success");
    expect(driver.calls).toEqual(["commit a 2", "clean a 2"]);
  });
});

describe("many keepers", () => {
  test("do each thing once", async () => {
    await using fleet = new Fleet();
    for (let n = 0; n < 8; n += 1) await fleet.open(`keeper${n}`, []);
    const { process } = await fleet.open("w1", [scriptedDriver({ run: hanging })]);
    const lost = await fleet.start({ type: "work" });
    const late = await fleet.start({
      type: "work",
      hold: true,
      deadline: fleet.world.now() + 3_000,
    });
    process.kill();
    await fleet.ended(late);
    await fleet.until(lost, ({ claim }) => claim === null);
    await fleet.world.advance(5_000);
    expect([await by(fleet, late, "timer"), await by(fleet, lost, "lost")]).toEqual([1, 1]);
    expect((await causes(fleet, lost)).at(-1)).toMatchObject({ by: "keeper" });
    expect(fleet.errors).toEqual([]);
  });
});

describe("the agenda", () => {
  test("is kept, so that a new keeper reads nothing that is over", async () => {
    let faults: FaultyBus | undefined;
    await using fleet = new Fleet((bus) => (faults = new FaultyBus(bus)).bus);
    const first = await fleet.open("w1", [scriptedDriver({}, { steps: 0 })]);
    for (let n = 0; n < 20; n += 1) await fleet.ended(await fleet.start({ type: "work" }));
    const open = await fleet.start({ type: "work", hold: true });
    await first.system[Symbol.asyncDispose]();
    const saved = JSON.parse((await fleet.bus.values.get("agenda"))?.value ?? "") as object;
    const position = await fleet.bus.log.head();
    expect(saved).toMatchObject({ position, open: { [gidOf(open)]: 1 } });
    faults?.reads.splice(0);
    await fleet.open("keeper", []);
    await fleet.world.advance(60_000);
    expect(new Set(faults?.reads)).toEqual(new Set([gidOf(open)]));
  });

  test("is saved now and then, so that a crash costs little", async () => {
    await using fleet = new Fleet();
    await fleet.open("keeper", []);
    await fleet.declare(jobTypeOf(scriptedDriver()));
    await fleet.start({ type: "work", hold: true });
    await fleet.world.advance(20_000);
    expect((await fleet.bus.values.get("agenda"))?.value).toContain('"position":1');
  });

  test.each([
    ["beyond the end of the log", 900],
    ["where the log holds another commit", 1],
  ])("of a log that is gone is not believed: it ends %s", async (_where, position) => {
    await using fleet = new Fleet();
    const digest = digestOf("another log's");
    await fleet.bus.values.put("agenda", JSON.stringify({ position, digest, open: {} }));
    await fleet.declare(jobTypeOf(scriptedDriver()));
    const uid = await fleet.start({ type: "work" });
    await fleet.bus.queue.done(uid);
    await fleet.open("w1", [scriptedDriver()]);
    expect((await fleet.ended(uid)).outcome).toBe("success");
  });

  test("leaves 10,000 concluded jobs alone, and so do verbs on other jobs", async () => {
    let faults: FaultyBus | undefined;
    await using fleet = new Fleet((bus) => (faults = new FaultyBus(bus)).bus);
    await fleet.declare(jobTypeOf(scriptedDriver()));
    const { desk } = await fleet.client();
    for (let n = 0; n < 10_000 / 250; n += 1) {
      const jobs = Array.from({ length: 250 }, () => ({
        type: "work",
        autoDismiss: false,
        hold: true,
      }));
      const uids = await fleet.startGrouped(...jobs);
      await desk.ask({
        verb: "cancel",
        uid: uids[0] ?? "",
        id: fleet.world.id(),
        by: "user@host",
        at: fleet.world.now(),
      });
    }
    await fleet.open("w1", [scriptedDriver({}, { steps: 50 })]);
    const uid = await fleet.start({ type: "work" });
    await fleet.until(uid, ({ status }) => status === "running");
    faults?.reads.splice(0);
    await fleet.ask("set-speed", uid, { speed: 7 });
    await fleet.world.advance(20_000);
    expect(new Set(faults?.reads)).toEqual(new Set([gidOf(uid)]));
  });
});

describe("trouble", () => {
  test("with what it asks itself is told once, and all else goes on", async () => {
    await using fleet = new Fleet();
    await fleet.open("keeper", []);
    const { process } = await fleet.open("w1", [scriptedDriver({ run: hanging })]);
    const deadline = fleet.world.now() + 60_000;
    const bad = await fleet.start({ type: "work", deadline });
    const good = await fleet.start({ type: "work" });
    const { desk } = await fleet.client();
    const asked = { by: "user@host", at: fleet.world.now() };
    await desk.ask({ verb: "pause", uid: bad, id: `lost-${bad}-1`, ...asked });
    process.kill();
    await fleet.until(good, ({ claim }) => claim === null);
    await fleet.world.advance(20_000);
    expect((await fleet.job(bad)).claim).not.toBeNull();
    const text = `job ${bad}: 'lost' is due and was refused: Command 'lost-${bad}-1' was already used`;
    expect(fleet.errors).toEqual([
      expect.objectContaining({ message: expect.stringContaining(text) as unknown }),
    ]);
    await fleet.ask("set-speed", bad, { speed: 7 });
    await fleet.world.advance(20_000);
    expect(fleet.errors).toHaveLength(1);
    await fleet.until(bad, ({ cancel }) => cancel === "force");
    expect(fleet.errors).toHaveLength(1);
  });

  test("with values that are no leases keeps nobody from being declared lost", async () => {
    await using fleet = new Fleet();
    await fleet.bus.values.put("lease.w2.x", "garbage");
    await fleet.open("keeper", []);
    const { process, system } = await fleet.open("w1", [scriptedDriver({ run: hanging })]);
    const uid = await fleet.start({ type: "work" });
    const session = system.worker?.claim.session ?? "";
    const pretended = JSON.stringify({ session, worker: "w1" });
    await fleet.bus.values.put("lease.w2.y", pretended);
    await fleet.bus.values.put(`lease.w2.${session}`, pretended);
    await fleet.bus.values.put(`lease.w3.${session}`, "{}");
    process.kill();
    await fleet.until(uid, ({ claim }) => claim === null, 20_000);
    expect(fleet.errors).toEqual([]);
  });

  test("with one group's log is told once, and keeps no other group waiting", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver()]);
    const deadline = fleet.world.now() + 5_000;
    const bad = await fleet.start({ type: "work", hold: true, deadline });
    await fleet.world.advance(2_000);
    await fleet.bus.log.append(gidOf(bad), 2, "{ nothing of ours");
    const good = await fleet.start({ type: "work", hold: true });
    await fleet.ask("start", good);
    await fleet.bus.queue.done(good);
    expect((await fleet.ended(good)).outcome).toBe("success");
    await fleet.world.advance(60_000);
    expect(fleet.errors).toMatchObject([{ code: "corrupt" }]);
  });

  test("that passes is sat out in silence", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("w1", [scriptedDriver()]);
    let isAway = true;
    const { log, values } = fleet.bus;
    process.bus.log.read = (gid, after) => (isAway ? away() : log.read(gid, after));
    process.bus.values.list = (prefix) => (isAway ? away() : values.list(prefix));
    const uid = await fleet.start({ type: "work" });
    await fleet.world.advance(5_000);
    isAway = false;
    expect((await fleet.ended(uid)).outcome).toBe("success");
    expect(fleet.errors).toEqual([]);
  });
});
