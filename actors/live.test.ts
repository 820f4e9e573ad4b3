/** Live groups and jobs, as XState's inspection sees them. */
import { expect, test } from "vitest";
import type { AnyActorRef, InspectionEvent } from "xstate";
import { accepted, Fleet } from "./fleet.ts";
import { scriptedDriver } from "./scripted-driver.ts";

interface Seen {
  readonly id: string;
  readonly value: unknown;
}

function valueOf(snapshot: unknown): unknown {
  return (snapshot as { readonly value: unknown }).value;
}

/** Keeps the states that actors were seen in, a state at a time. */
class Inspector {
  readonly actors = new Map<string, AnyActorRef>();
  readonly #seen: Seen[] = [];

  readonly inspect = (event: InspectionEvent): void => {
    const ref = event.actorRef as AnyActorRef;
    if (event.type === "@xstate.actor") this.actors.set(ref.id, ref);
    if (event.type !== "@xstate.snapshot") return;
    const value = valueOf(event.snapshot);
    if (this.of(ref.id).at(-1) !== value) this.#seen.push({ id: ref.id, value });
  };

  of(id: string): readonly unknown[] {
    return this.#seen.filter((seen) => seen.id === id).map(({ value }) => value);
  }
}

test("inspection sees groups and jobs as their statecharts, in real states, to the end", async () => {
  await using fleet = new Fleet();
  const inspector = new Inspector();
  const driver = scriptedDriver({ commit: () => fleet.world.sleep(1_000) });
  const { system } = await fleet.open("w1", [driver], { inspect: inspector.inspect });
  const { desk } = system;
  await fleet.create({ jobs: [{ type: "work", id: "a" }] }, { system });
  const uid = (await desk.names.uidOf("a")) ?? "";
  await fleet.until(uid, ({ status }) => status === "running");
  await fleet.ask("pause", uid);
  await fleet.ask("resume", uid);
  await fleet.ended(uid);
  expect(inspector.of(uid)).toEqual(["created", "running", "paused", "running", "pending", "null"]);
  const [group = "", job = ""] = inspector.actors.keys();
  expect([group, job]).toEqual([uid.slice(0, -2), uid]);
  const definition = (id: string): object | undefined => {
    const actor = inspector.actors.get(id) as { logic?: { definition?: object } } | undefined;
    return actor?.logic?.definition;
  };
  expect(definition(job)).toMatchObject({ id: "job", states: { running: {}, pending: {} } });
  expect(definition(group)).toMatchObject({ id: "group" });
});

test("an actor has the context of the record that the log tells of", async () => {
  await using fleet = new Fleet();
  const inspector = new Inspector();
  const { system } = await fleet.open("w1", [scriptedDriver()], { inspect: inspector.inspect });
  await fleet.create({ jobs: [{ type: "work", id: "a" }] }, { system });
  const uid = (await system.desk.names.uidOf("a")) ?? "";
  await fleet.until(uid, ({ status }) => status === "running");
  const snapshot: unknown = inspector.actors.get(uid)?.getSnapshot();
  expect(snapshot).toMatchObject({ value: "running", context: { job: await fleet.job(uid) } });
});

test("a job that has ended is live no more, though its group is", async () => {
  await using fleet = new Fleet();
  await fleet.open("w1", [scriptedDriver()]);
  const jobs = [
    { type: "work", hold: true },
    { type: "work", hold: true },
  ];
  const reply = await fleet.create({ jobs });
  const { desk } = await fleet.client();
  expect(desk.groups.size).toEqual({ groups: 1, jobs: 2 });
  await fleet.ask("cancel", accepted(reply).group.jobs[0]?.uid ?? "");
  expect(desk.groups.size).toEqual({ groups: 1, jobs: 1 });
});

test("nothing is left of a thousand lives", async () => {
  await using fleet = new Fleet();
  const actors = new Inspector();
  const driver = scriptedDriver({}, { steps: 1 });
  const { system } = await fleet.open("w1", [driver], {
    inspect: actors.inspect,
    worker: { concurrency: 50 },
  });
  for (let round = 0; round < 10; round += 1) {
    const uids: string[] = [];
    for (let n = 0; n < 100; n += 1) {
      uids.push(await fleet.start({ type: "work", autoDismiss: n % 2 === 0 }));
    }
    for (const uid of uids) await fleet.until(uid, ({ outcome }) => outcome === "success");
  }
  expect(system.desk.groups.size).toEqual({ groups: 0, jobs: 0 });
  expect(actors.actors.size).toBe(2_000);
  expect(await fleet.bus.values.list("cursor.")).toEqual([]);
  expect(await fleet.bus.values.list("name.")).toEqual([]);
  expect(fleet.errors).toEqual([]);
});
