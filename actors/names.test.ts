/** Names: ids and resources are one holder's until its log lets go of them. */
import { describe, expect, test } from "vitest";
import { FaultyBus } from "./faulty-bus.ts";
import { accepted, Fleet } from "./fleet.ts";
import { hanging, scriptedDriver } from "./scripted-driver.ts";
import { jobTypeOf } from "./registry.ts";
import type { JobSpec } from "./job-spec.ts";
import type { Reply } from "./commands.ts";

const heldBy = (id: string) => ({ refused: `Resource 'disk' is held by job '${id}'` });
const inUse = (id: string) => ({ refused: `Job ID '${id}' already in use`, guard: "id-free" });

/** A fleet in which the type `work` is known and nobody works. */
async function idle(around?: ConstructorParameters<typeof Fleet>[0]): Promise<Fleet> {
  const fleet = new Fleet(around);
  await fleet.declare(jobTypeOf(scriptedDriver()));
  return fleet;
}

function create(fleet: Fleet, ...jobs: readonly Partial<JobSpec>[]): Promise<Reply> {
  return fleet.create({ jobs: jobs.map((job) => Object.assign({ type: "work" }, job)) });
}

async function uidOf(fleet: Fleet, id: string): Promise<string | undefined> {
  return (await fleet.client()).desk.names.uidOf(id);
}

describe("a job id", () => {
  test("is in use in every status but null, and free again then", async () => {
    await using fleet = new Fleet();
    const run = scriptedDriver({ ready: true, run: (job) => job.becomeReady() });
    await fleet.open("w1", [run]);
    const seen = new Set<string>();
    const spec = { type: "work", id: "a", hold: true, autoFinalize: false, autoDismiss: false };
    const uid = await fleet.start(spec);
    const check = async (): Promise<void> => {
      const { status } = await fleet.job(uid);
      seen.add(status);
      expect(await create(fleet, { id: "a" })).toMatchObject(inUse("a"));
    };
    await check();
    await fleet.ask("pause", uid);
    await fleet.ask("start", uid);
    for (const next of ["paused", "resume", "pending", "finalize", "concluded"] as const) {
      if (next === "resume" || next === "finalize") await fleet.ask(next, uid);
      else await fleet.until(uid, ({ status }) => status === next);
      await check();
    }
    expect([...seen]).toEqual(["created", "paused", "pending", "concluded"]);
    await fleet.ask("dismiss", uid);
    accepted(await create(fleet, { id: "a" }));
  });

  test("points at the last job that had it, before and after that is gone", async () => {
    await using fleet = await idle();
    const first = await fleet.start({ type: "work", id: "a" });
    await fleet.ask("cancel", first);
    expect(await uidOf(fleet, "a")).toBe(first);
    const second = await fleet.start({ type: "work", id: "a" });
    expect(await uidOf(fleet, "a")).toBe(second);
    expect(await uidOf(fleet, "b")).toBeUndefined();
  });

  test("still points at the last job that had it when a new creation is refused", async () => {
    await using fleet = await idle();
    const last = await fleet.start({ type: "work", id: "a" });
    await fleet.ask("cancel", last);
    await fleet.start({ type: "work", id: "b" });
    expect(await create(fleet, { id: "a" }, { id: "b" })).toMatchObject(inUse("b"));
    expect(await uidOf(fleet, "a")).toBe(last);
  });

  test("is case-sensitive", async () => {
    await using fleet = await idle();
    const lower = await fleet.start({ type: "work", id: "a" });
    const upper = await fleet.start({ type: "work", id: "A" });
    expect([await uidOf(fleet, "a"), await uidOf(fleet, "A")]).toEqual([lower, upper]);
  });

  test("is well formed by QEMU's rules, or refused", async () => {
    await using fleet = await idle();
    const bad = [
      "",
      "1a",
      "_a",
      "-a",
      ".a",
      "#a",
      "a b",
      "a\t",
      "a/b",
      "a:b",
      "a+b",
      "a@b",
      "ä",
      "aé",
    ];
    for (const id of [...bad, "a".repeat(513)]) {
      expect(await create(fleet, { id })).toMatchObject({
        refused: `Invalid job ID '${id}'`,
        guard: "job-id",
      });
    }
    for (const id of ["a", "Z9", "a-b.c_d", "a".repeat(512)]) accepted(await create(fleet, { id }));
  });

  test("of the form of a uid is only the system's to give", async () => {
    await using fleet = await idle();
    const id = "gaaaaaaaaaaaaaaaa-1";
    expect(await create(fleet, { id })).toMatchObject({
      refused: `Job ID '${id}' has the form of a uid, which only the system gives`,
    });
    const uid = await fleet.start({ type: "work" });
    expect((await fleet.job(uid)).id).toBe(uid);
    expect(await fleet.bus.values.list("name.")).toEqual([]);
  });

  test("twice in one group is refused", async () => {
    await using fleet = await idle();
    expect(await create(fleet, { id: "a" }, { id: "a" })).toMatchObject(inUse("a"));
    expect(await fleet.bus.values.list("name.")).toEqual([]);
  });
});

describe("several names", () => {
  test("wanted by two groups in opposite orders are one group's, and nobody waits for ever", async () => {
    await using fleet = await idle();
    for (let round = 0; round < 20; round += 1) {
      const [a, b] = [`a${round}`, `b${round}`];
      const replies = await Promise.all([
        create(fleet, { id: a }, { id: b }),
        create(fleet, { id: b }, { id: a }),
        create(fleet, { id: b }, { id: a }),
      ]);
      expect(replies.filter((reply) => !("refused" in reply))).toHaveLength(1);
    }
  });

  test("are given back when one of them is refused", async () => {
    await using fleet = await idle();
    await fleet.start({ type: "work", id: "b", resources: [{ name: "disk", shared: false }] });
    const disk = { resources: [{ name: "disk", shared: false }] };
    expect(await create(fleet, { id: "a" }, { id: "b" })).toMatchObject(inUse("b"));
    expect(await create(fleet, { id: "a" }, { id: "c", ...disk })).toHaveProperty("refused");
    accepted(await create(fleet, { id: "a" }, { id: "c" }));
  });

  test("are free at once when the creation was too large to be written", async () => {
    await using fleet = await idle();
    const args = { text: "x".repeat(60_000) };
    const large = Array.from({ length: 9 }, (_, n) => ({ id: `a${n}`, args }));
    await expect(create(fleet, ...large)).rejects.toMatchObject({ code: "too-large" });
    accepted(await create(fleet, { id: "a0" }, { id: "a8" }));
  });
});

describe("a creator that took a name and died", () => {
  test("keeps it for ten seconds, and is fenced then: should it live, it is refused", async () => {
    await using fleet = await idle();
    const { process, system } = await fleet.open("slow", [], { worker: false });
    process.bus.log.append = async (gid, rev, text) => {
      await hold.promise;
      return fleet.bus.log.append(gid, rev, text);
    };
    const hold = Promise.withResolvers<void>();
    const slow = fleet.create({ jobs: [{ type: "work", id: "a" }] }, { system });
    await fleet.world.settle();
    expect(await create(fleet, { id: "a" })).toMatchObject(inUse("a"));
    await fleet.world.advance(9_999);
    expect(await create(fleet, { id: "a" })).toMatchObject(inUse("a"));
    await fleet.world.advance(1);
    const taker = accepted(await create(fleet, { id: "a" })).group.jobs[0]?.uid;
    hold.resolve();
    expect(await slow).toMatchObject({ guard: "void" });
    expect(await uidOf(fleet, "a")).toBe(taker);
  });

  test("that had written by then is no dead one", async () => {
    let faults: FaultyBus | undefined;
    await using fleet = await idle((bus) => (faults = new FaultyBus(bus)).bus);
    faults?.once("answer lost", "create");
    await expect(create(fleet, { id: "a" })).rejects.toMatchObject({ code: "unavailable" });
    await fleet.world.advance(60_000);
    expect(await create(fleet, { id: "a" })).toMatchObject(inUse("a"));
  });
});

describe("a resource", () => {
  const exclusive = { resources: [{ name: "disk", shared: false }] };
  const shared = { resources: [{ name: "disk", shared: true }] };

  test("is one job's, or shared by all who say so, until they conclude", async () => {
    await using fleet = await idle();
    const first = accepted(await create(fleet, { id: "a", autoDismiss: false, ...shared }));
    const second = accepted(await create(fleet, { id: "b", ...shared }));
    expect(await create(fleet, exclusive)).toMatchObject({
      refused: "Resource 'disk' is held by jobs 'a', 'b': at most 1 at once",
    });
    await fleet.ask("cancel", first.group.jobs[0]?.uid ?? "");
    expect(await create(fleet, exclusive)).toMatchObject(heldBy("b"));
    await fleet.ask("cancel", second.group.jobs[0]?.uid ?? "");
    accepted(await create(fleet, { id: "c", ...exclusive }));
    expect(await create(fleet, shared)).toMatchObject(heldBy("c"));
  });

  test("is free once its holder has concluded, dismissed or not", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({}, { steps: 0 })]);
    const uid = await fleet.start({ type: "work", autoDismiss: false, ...exclusive });
    await fleet.until(uid, ({ status }) => status === "concluded");
    expect(await create(fleet, exclusive)).toHaveProperty("rev", 1);
  });

  test("is refused to two members of a group, unless both share it", async () => {
    await using fleet = await idle();
    const refused = "Resource 'disk' is named by two jobs of the group";
    expect(await create(fleet, exclusive, exclusive)).toMatchObject({ refused });
    expect(await create(fleet, shared, exclusive)).toMatchObject({ refused });
    accepted(await create(fleet, shared, shared));
  });
});

test("a creation that came to nothing does not hide the job that had the id before", async () => {
  await using fleet = await idle();
  await fleet.open("w1", [scriptedDriver({}, { steps: 0 })]);
  const past = await fleet.start({ type: "work", id: "a" });
  await fleet.ended(past);
  const { process, system } = await fleet.open("dying", [], { worker: false });
  process.bus.log.append = hanging;
  void fleet.create({ jobs: [{ type: "work", id: "a" }] }, { system });
  await fleet.world.settle();
  const { desk } = await fleet.client();
  expect(await desk.names.uidOf("a")).toBe(past);
  await fleet.world.advance(11_000);
  accepted(await create(fleet, { id: "a" }));
  expect(await desk.names.uidOf("a")).not.toBe(past);
});

test("a creation that gets no answer from the names leaves others to go on", async () => {
  await using fleet = await idle();
  const { process, system } = await fleet.open("stuck", [], { worker: false });
  process.bus.values.get = hanging;
  const stuck = fleet.create({ jobs: [{ type: "work", id: "a" }] }, { system });
  accepted(await create(fleet, { id: "a" }));
  expect(await Promise.race([stuck, fleet.world.settle()])).toBeUndefined();
});
