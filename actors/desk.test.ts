/** The desk: one request, one commit, one reply, whoever else asks and whatever gets lost. */
import { describe, expect, test } from "vitest";
import { canonical } from "../machines/json.ts";
import { Ledger } from "../machines/ledger.ts";
import type { VerbInput } from "../machines/input.ts";
import { isRefusal, type Reply } from "./commands.ts";
import type { Desk } from "./desk.ts";
import { FaultyBus } from "./faulty-bus.ts";
import { accepted, Fleet } from "./fleet.ts";
import { jobTypeOf } from "./registry.ts";
import { scriptedDriver } from "./scripted-driver.ts";

/** A fleet in which the type `work` is known and nobody works, and its bus with its faults. */
async function idle(): Promise<{ readonly fleet: Fleet; readonly faults: FaultyBus }> {
  let faults: FaultyBus | undefined;
  const fleet = new Fleet((bus) => (faults = new FaultyBus(bus)).bus);
  await fleet.declare(jobTypeOf(scriptedDriver({ change: { type: "object" } })));
  return { fleet, faults: faults as unknown as FaultyBus };
}

const held = { type: "work", hold: true };
const gidOf = (uid: string): string => uid.slice(0, uid.lastIndexOf("-"));

async function another(fleet: Fleet, groupsMax = 1_000): Promise<Desk> {
  return (await fleet.open("another", [], { worker: false, groupsMax })).system.desk;
}

function ask(desk: Desk, fleet: Fleet, id: string, said: VerbInput): Promise<Reply> {
  return desk.ask({ ...said, id, by: "user@host", at: fleet.world.now() });
}

async function revs(fleet: Fleet, uid: string): Promise<readonly number[]> {
  return (await fleet.bus.log.read(gidOf(uid))).map(({ rev }) => rev);
}

describe("a request", () => {
  test("that nobody could read again once it is recorded is refused, and leaves nothing", async () => {
    const { fleet } = await idle();
    await using _ = fleet;
    const uid = await fleet.start(held);
    const { desk } = await fleet.client();
    const speed = { verb: "set-speed", uid, speed: 5 } as const;
    for (const id of [7, null] as unknown as string[]) {
      expect(await ask(desk, fleet, id, speed)).toMatchObject({ guard: "form" });
    }
    const note = Number.NaN as unknown as string;
    const asked = { ...speed, id: "c", by: "user@host", at: fleet.world.now() };
    expect(await desk.ask({ ...asked, note })).toMatchObject({ guard: "form" });
    expect(await revs(fleet, uid)).toEqual([1]);
    expect(isRefusal(await desk.ask(asked))).toBe(false);
  });

  test("that is accepted leaves one commit, and the reply is what that commit made", async () => {
    const { fleet } = await idle();
    await using _ = fleet;
    const uid = await fleet.start(held);
    const reply = accepted(await fleet.ask("set-speed", uid, { speed: 5 }));
    const stored = await fleet.bus.log.read(gidOf(uid));
    expect(stored.at(-1)).toMatchObject({ rev: reply.rev, position: reply.position });
    const ledger = new Ledger(gidOf(uid));
    for (const { text } of stored) ledger.read(text);
    expect(canonical(reply.group)).toBe(canonical(ledger.group));
  });

  test("that is accepted and changes nothing leaves a commit too", async () => {
    await using fleet = new Fleet();
    const driver = scriptedDriver({
      ready: true,
      run: (job) => job.becomeReady().then(() => job.sleep(9e9)),
    });
    await fleet.open("w1", [driver]);
    const uid = await fleet.start({ type: "work" });
    await fleet.ask("pause", uid);
    const [first, second] = [await fleet.ask("complete", uid), await fleet.ask("complete", uid)];
    expect(accepted(second).rev).toBe(accepted(first).rev + 1);
  });

  test("that is refused leaves nothing, and is decided anew when it is asked again", async () => {
    const { fleet } = await idle();
    await using _ = fleet;
    const uid = await fleet.start(held);
    const desk = await another(fleet);
    const resume = () => ask(desk, fleet, "r1", { verb: "resume", uid });
    expect(await resume()).toMatchObject({
      refused: "Can't resume a job that was not paused",
      guard: "user-paused",
      status: "created",
    });
    expect(await revs(fleet, uid)).toEqual([1]);
    await fleet.ask("pause", uid);
    accepted(await resume());
  });

  test("with the same id gets the very same reply, however much later and wherever", async () => {
    const { fleet } = await idle();
    await using _ = fleet;
    const uid = await fleet.start(held);
    const desk = await another(fleet);
    const pause = (at: Desk) => ask(at, fleet, "p1", { verb: "pause", uid });
    const first = canonical(await pause(desk));
    for (let n = 0; n < 200; n += 1) await fleet.ask("set-speed", uid, { speed: n });
    await fleet.ask("resume", uid);
    await fleet.world.advance(86_400_000);
    for (const at of [desk, (await fleet.client()).desk, await another(fleet)]) {
      expect(canonical(await pause(at))).toBe(first);
    }
    expect(await revs(fleet, uid)).toHaveLength(203);
  });

  test("with the same id and another body is refused", async () => {
    const { fleet } = await idle();
    await using _ = fleet;
    const uid = await fleet.start(held);
    const desk = await another(fleet);
    accepted(await ask(desk, fleet, "c1", { verb: "set-speed", uid, speed: 1 }));
    for (const said of [
      { verb: "set-speed", uid, speed: 2 } as const,
      { verb: "pause", uid } as const,
    ]) {
      expect(await ask(desk, fleet, "c1", said)).toMatchObject({
        refused: "Command 'c1' was already used for another request",
        guard: "command-id",
      });
    }
  });

  test("whose answer was lost has one effect when it is asked again, and gets the first reply", async () => {
    for (const fault of ["answer lost", "append lost"] as const) {
      const { fleet, faults } = await idle();
      await using _ = fleet;
      const uid = await fleet.start(held);
      const desk = await another(fleet);
      const pause = () => ask(desk, fleet, "p1", { verb: "pause", uid });
      faults.once(fault, "pause");
      await expect(pause()).rejects.toMatchObject({ code: "unavailable" });
      const [first, again] = [accepted(await pause()), accepted(await pause())];
      expect(canonical(again)).toBe(canonical(first));
      expect(await revs(fleet, uid)).toEqual([1, 2]);
    }
  });

  test("of a group that does not exist finds no job", async () => {
    const { fleet } = await idle();
    await using _ = fleet;
    for (const uid of ["gaaaaaaaaaaaaaaaa-1", "nonsense", ""]) {
      expect(await fleet.ask("pause", uid)).toMatchObject({ refused: "Job not found" });
    }
    expect((await fleet.client()).desk.groups.size).toEqual({ groups: 0, jobs: 0 });
  });
});

describe("a creation", () => {
  test("that is asked again meets its own group", async () => {
    const { fleet } = await idle();
    await using _ = fleet;
    const create = () => fleet.create({ jobs: [{ ...held, id: "a" }] }, { id: "c1" });
    const [first, again] = [accepted(await create()), accepted(await create())];
    expect(canonical(again)).toBe(canonical(first));
    const other = await fleet.create({ jobs: [{ ...held, id: "b" }] }, { id: "c1" });
    expect(other).toMatchObject({ guard: "command-id" });
    expect(await fleet.bus.log.head()).toBe(1);
  });

  test("that is undone at once is refused, and refused in the same words when asked again", async () => {
    const { fleet } = await idle();
    await using _ = fleet;
    const create = () =>
      fleet.create({ completion: "grouped", jobs: [held, { ...held, speed: -1 }] }, { id: "c1" });
    const first = await create();
    expect(first).toMatchObject({ refused: "Parameter 'speed' expects a non-negative value" });
    const [{ gid = "" } = {}] = (await fleet.bus.log.readAll()[Symbol.asyncIterator]().next())
      .value;
    expect(await fleet.path(`${gid}-1`)).toBe("created aborting concluded null");
    expect(await fleet.path(`${gid}-2`)).toBe("created null");
    expect(canonical(await create())).toBe(canonical(first));
    expect(await fleet.bus.log.head()).toBe(1);
  });

  test("that is too large for one commit says so, and loses nothing", async () => {
    const { fleet } = await idle();
    await using _ = fleet;
    const args = { text: "x".repeat(60_000) };
    const large = fleet.create({ jobs: Array.from({ length: 9 }, () => ({ ...held, args })) });
    await expect(large).rejects.toThrow(/a commit of 5\d{5} bytes, at most 524288 go in one/);
    expect(await fleet.bus.log.head()).toBe(0);
    accepted(await fleet.create({ jobs: Array.from({ length: 8 }, () => ({ ...held, args })) }));
  });
});

describe("desks that race", () => {
  const mixed: readonly Exclude<VerbInput["verb"], "set-speed" | "change">[] = ["pause", "resume"];

  test("give every request its own commit, dense and chained, and its own refusal", async () => {
    const { fleet } = await idle();
    await using _ = fleet;
    const uid = await fleet.start(held);
    const desks = [await another(fleet), await another(fleet), (await fleet.client()).desk];
    const replies = await Promise.all(
      Array.from({ length: 600 }, (_each, n) => {
        const verb = mixed[(n * 7) % 3];
        const said = verb ? { verb, uid } : { verb: "set-speed" as const, uid, speed: n };
        return ask(desks[n % 3] as Desk, fleet, `c${n}`, said);
      }),
    );
    const stored = await fleet.bus.log.read(gidOf(uid));
    const ledger = new Ledger(gidOf(uid));
    const ids = stored.map(({ text }) => ledger.read(text).cause.id);
    const won = replies.flatMap((reply, n) => (isRefusal(reply) ? [] : [[reply.rev, `c${n}`]]));
    expect(won.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual(
      ids.slice(1).map((id, index) => [index + 2, id]),
    );
    expect(replies.filter(isRefusal).length).toBeGreaterThan(0);
    expect(canonical((await fleet.group(uid)).jobs)).toBe(canonical(ledger.group.jobs));
  });

  test("never refuse for what was true before", async () => {
    const { fleet } = await idle();
    await using _ = fleet;
    const uid = await fleet.start(held);
    const [one, two] = [await another(fleet), await another(fleet)];
    accepted(await ask(one, fleet, "p1", { verb: "pause", uid }));
    accepted(await ask(two, fleet, "r1", { verb: "resume", uid }));
    accepted(await ask(one, fleet, "p2", { verb: "pause", uid }));
    accepted(await ask(two, fleet, "r2", { verb: "resume", uid }));
    expect(await revs(fleet, uid)).toHaveLength(5);
  });

  test("give up when the log says conflict for ever", async () => {
    const { fleet } = await idle();
    await using _ = fleet;
    const uid = await fleet.start(held);
    const { process, system } = await fleet.open("storm", [], { worker: false });
    process.bus.log.append = (gid, rev, text) => fleet.bus.log.append(gid, rev + 1_000, text);
    await expect(ask(system.desk, fleet, "p1", { verb: "pause", uid })).rejects.toThrow(
      /lost 100 races in a row/,
    );
  });
});

describe("the groups in hand", () => {
  test("are as many as was said, and a group that is loaded again is as it was", async () => {
    const { fleet } = await idle();
    await using _ = fleet;
    const desk = await another(fleet, 10);
    const uids: string[] = [];
    for (let n = 0; n < 50; n += 1) {
      const uid = await fleet.start(held);
      accepted(await ask(desk, fleet, `p${n}`, { verb: "pause", uid }));
      expect(desk.groups.size.groups).toBeLessThanOrEqual(10);
      uids.push(uid);
    }
    const cached = canonical(await desk.look(gidOf(uids.at(-1) ?? "")));
    for (const uid of uids.slice(0, 20)) await desk.look(gidOf(uid));
    expect(canonical(await desk.look(gidOf(uids.at(-1) ?? "")))).toBe(cached);
  });

  test("are let go when all their jobs have ended, dismissed or not", async () => {
    const { fleet } = await idle();
    await using _ = fleet;
    const { desk } = await fleet.client();
    const uid = await fleet.start({ ...held, autoDismiss: false });
    expect(desk.groups.size).toEqual({ groups: 1, jobs: 1 });
    await fleet.ask("cancel", uid);
    expect(desk.groups.size).toEqual({ groups: 0, jobs: 0 });
  });
});

describe("a group whose log is", () => {
  const cases = {
    newer: (text: string) => text.replace('"v":1', '"v":2'),
    corrupt: (text: string) => text.replace('"rev":2', '"rev":3'),
    garbage: () => "{",
  };
  test.each(Object.entries(cases))(
    "%s stops, says so, and leaves the others alone",
    async (code, spoil) => {
      const { fleet } = await idle();
      await using _ = fleet;
      const bad = await fleet.start(held);
      const good = await fleet.start(held);
      await fleet.ask("pause", bad);
      const last = (await fleet.bus.log.read(gidOf(bad))).at(-1)?.text ?? "";
      await fleet.bus.log.append(gidOf(bad), 3, spoil(last));
      const broken = { code: code === "newer" ? "newer" : "corrupt" };
      for (const desk of [(await fleet.client()).desk, await another(fleet)]) {
        const asked = ask(desk, fleet, "x", { verb: "resume", uid: bad });
        await expect(asked).rejects.toMatchObject(broken);
        await expect(desk.look(gidOf(bad))).rejects.toThrow(gidOf(bad));
        await desk.look(gidOf(good));
      }
      accepted(await fleet.ask("pause", good));
      expect(await revs(fleet, bad)).toHaveLength(3);
    },
  );
});
