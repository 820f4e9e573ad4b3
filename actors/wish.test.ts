/** What is taken with a claim, and with a creation: all or nothing, and by no more than may have it. */
import { describe, expect, test } from "vitest";
import type { Job } from "../machines/record.ts";
import { accepted, Fleet } from "./fleet.ts";
import type { JobSpec } from "./job-spec.ts";
import { regainNames } from "./regain-names.ts";
import { jobTypeOf } from "./registry.ts";
import { hanging, scriptedDriver } from "./scripted-driver.ts";

const disk = { resources: [{ name: "disk", shared: false }] };
const host = (limit: number) => ({ resources: [{ name: "host7", shared: false, limit }] });

function waiting(more: Partial<JobSpec> = disk): JobSpec {
  return { type: "work", onBusy: "wait", ...more };
}

const begun = ({ status }: Job): boolean => status !== "created";

describe("a claim of a job that waits", () => {
  test("is refused while others hold what it needs, and takes none of it", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver({}, { steps: 50 })]);
    await fleet.start({ type: "work", id: "holder", resources: [{ name: "b", shared: false }] });
    const both = ["a", "b"].map((name) => ({ name, shared: false }));
    const uid = await fleet.start(waiting({ resources: both }));
    const { desk } = await fleet.client();
    const claim = { session: "s", worker: "w2", host: "h" };
    const asked = { id: "c1", by: "worker/w2", at: fleet.world.now() };
    expect(await desk.ask({ verb: "claimed", uid, epoch: 1, claim, ...asked })).toMatchObject({
      refused: "Resource 'b' is held by job 'holder'",
      guard: "resource-free",
      verb: "claimed",
    });
    accepted(
      await fleet.create({ jobs: [{ type: "work", resources: [{ name: "a", shared: false }] }] }),
    );
  });

  test("that was never written keeps its place for nobody but that job", async () => {
    await using fleet = new Fleet();
    const { process, system } = await fleet.open("dying", [scriptedDriver()], {
      worker: { takes: "own" },
    });
    const [first, second] = [await fleet.start(waiting()), await fleet.start(waiting())];
    process.bus.log.append = hanging;
    const claim = { session: "s", worker: "dying", host: "h" };
    const asked = { id: "c1", by: "worker/dying", at: fleet.world.now() };
    void system.desk.ask({ verb: "claimed", uid: first, epoch: 1, claim, ...asked });
    await fleet.world.settle();
    process.kill();
    await fleet.open("w1", [scriptedDriver()]);
    for (const uid of [second, first]) expect((await fleet.ended(uid)).outcome).toBe("success");
  });
});

describe("a job that waited and was claimed", () => {
  test("leaves nothing taken when its next claim is refused", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("w1", [scriptedDriver()]);
    const resources = ["a", "b"].map((name) => ({ name, shared: false }));
    const uid = await fleet.start(waiting({ resources }));
    await fleet.until(uid, begun);
    process.kill();
    await fleet.open("keeper", [scriptedDriver()], { worker: { takes: "own" } });
    await fleet.until(uid, ({ claim }) => claim === null);
    const create = (name: string) =>
      fleet.create({ jobs: [{ type: "work", hold: true, resources: [{ name, shared: false }] }] });
    accepted(await create("b"));
    const { desk } = await fleet.client();
    const claim = { session: "s", worker: "w2", host: "h" };
    const asked = { id: "c2", by: "worker/w2", at: fleet.world.now() };
    const refused = await desk.ask({ verb: "claimed", uid, epoch: 2, claim, ...asked });
    expect(refused).toMatchObject({ guard: "resource-free" });
    accepted(await create("a"));
  });

  test("has it again when the names were lost, and one that still waits has not", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver()]);
    await fleet.start(waiting({ ...disk, require: { gpu: "a100" } }));
    const first = await fleet.start(waiting());
    await fleet.until(first, begun);
    await fleet.bus.values.remove("resource.disk");
    const { desk } = await fleet.client();
    await regainNames(fleet.bus, desk.names);
    const held = JSON.parse((await fleet.bus.values.get("resource.disk"))?.value ?? "[]") as object;
    expect(held).toMatchObject([{ uid: first }]);
    expect(held).toHaveLength(1);
  });

  test("lets its place go when its worker is lost, and has to get it again", async () => {
    await using fleet = new Fleet();
    const { process } = await fleet.open("w1", [scriptedDriver()]);
    const first = await fleet.start(waiting());
    await fleet.until(first, begun);
    const second = await fleet.start(waiting({ ...disk, priority: 1 }));
    process.kill();
    await fleet.open("w2", [scriptedDriver()]);
    await fleet.until(second, begun);
    expect(await fleet.job(first)).toMatchObject({ status: "running", claim: null, epoch: 1 });
    await fleet.ended(second);
    expect(await fleet.ended(first)).toMatchObject({ outcome: "success", epoch: 2 });
  });

  test("keeps it while it is paused", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver()]);
    const first = await fleet.start(waiting());
    await fleet.ask("pause", first);
    await fleet.until(first, ({ status }) => status === "paused");
    const second = await fleet.start(waiting());
    await fleet.world.advance(60_000);
    expect((await fleet.job(first)).status).toBe("paused");
    expect((await fleet.job(second)).status).toBe("created");
    await fleet.ask("resume", first);
    expect((await fleet.ended(second)).outcome).toBe("success");
  });
});

describe("a group", () => {
  test("that finishes together is refused what its members cannot have together", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver()]);
    const create = (count: number, more: Partial<JobSpec>, completion?: "grouped") =>
      fleet.create({
        jobs: Array.from({ length: count }, () => waiting(more)),
        ...(completion && { completion }),
      });
    expect(await create(2, disk, "grouped")).toMatchObject({
      refused: "Resource 'disk' is named by two jobs of the group",
    });
    expect(await create(3, host(2), "grouped")).toMatchObject({
      refused: "Resource 'host7' is named by 3 jobs of the group: at most 2 at once",
    });
    const together = accepted(await create(2, host(2), "grouped")).group.jobs;
    for (const { uid } of together) expect((await fleet.ended(uid)).outcome).toBe("success");
  });

  test("whose members finish each for itself has them take turns", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver()]);
    const jobs = [waiting(), waiting(), waiting()];
    const { group } = accepted(await fleet.create({ jobs }));
    let most = 0;
    await fleet.world.until(async () => {
      const members = await Promise.all(group.jobs.map(({ uid }) => fleet.job(uid)));
      most = Math.max(most, members.filter(({ claim }) => claim !== null).length);
      return members.every(({ outcome }) => outcome === "success");
    });
    expect(most).toBe(1);
  });
});

test("a limit counts all who hold it, and the smallest limit holds for all", async () => {
  await using fleet = new Fleet();
  await fleet.declare(jobTypeOf(scriptedDriver()));
  const create = (id: string, terms: object) =>
    fleet.create({
      jobs: [{ type: "work", id, resources: [{ name: "x", shared: false, ...terms }] }],
    });
  accepted(await create("a", { limit: 3 }));
  accepted(await create("b", { shared: true }));
  const refused = "Resource 'x' is held by jobs 'a', 'b': at most 2 at once";
  expect(await create("c", { limit: 2 })).toMatchObject({ refused });
  accepted(await create("c", { limit: 3 }));
  expect(await create("d", { shared: true })).toMatchObject({
    refused: "Resource 'x' is held by jobs 'a', 'b', 'c': at most 3 at once",
  });
});
