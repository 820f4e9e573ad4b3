import { expect, onTestFinished, test } from "vitest";
import type { Bus, Stored } from "../bus/bus.ts";
import { Fleet } from "./fleet.ts";
import { jobTypeOf } from "./registry.ts";
import { scriptedDriver } from "./scripted-driver.ts";
import { WentBack } from "./went-back.ts";

/** A bus whose log holds only what is at or before `end`, once that was set, and as `garbled`. */
class ForgetfulBus {
  readonly bus: Bus;
  end = Infinity;
  /** What became of the bytes at a position. */
  readonly garbled = new Map<number, string>();

  constructor(bus: Bus) {
    const { log } = bus;
    this.bus = {
      ...bus,
      log: {
        ...log,
        read: async (gid, after) => this.#left(await log.read(gid, after)),
        readAll: (after) => this.#each(log.readAll(after)),
      },
    };
  }

  async *#each(batches: ReturnType<Bus["log"]["readAll"]>): ReturnType<Bus["log"]["readAll"]> {
    for await (const batch of batches) yield this.#left(batch);
  }

  #left(batch: readonly Stored[]): readonly Stored[] {
    return batch
      .filter(({ position }) => position <= this.end)
      .map(({ text, position, gid, rev }) => {
        return { position, gid, rev, text: this.garbled.get(position) ?? text };
      });
  }
}

async function forgetful(): Promise<{ fleet: Fleet; log: ForgetfulBus }> {
  let log: ForgetfulBus | undefined;
  const fleet = new Fleet((bus) => (log = new ForgetfulBus(bus)).bus);
  onTestFinished(() => fleet[Symbol.asyncDispose]());
  await fleet.declare(jobTypeOf(scriptedDriver()));
  if (log === undefined) throw new Error("the fleet has no bus");
  return { fleet, log };
}

test("a process that knew a commit which is gone says so, and writes nothing more", async () => {
  const { fleet, log } = await forgetful();
  const other = await fleet.start({ type: "work", hold: true });
  const uid = await fleet.start({ type: "work", hold: true });
  log.end = (await fleet.bus.log.head()) - 1;
  await expect(fleet.group(uid)).rejects.toThrow(WentBack);
  await expect(fleet.ask("start", other)).rejects.toThrow(WentBack);
});

test("a keeper notices that the log has lost its end although nobody asks", async () => {
  const { fleet, log } = await forgetful();
  const { system } = await fleet.open("keeper", []);
  await fleet.start({ type: "work", hold: true });
  await fleet.world.advance(2_000);
  log.end = (await fleet.bus.log.head()) - 1;
  await fleet.world.advance(60_000);
  expect(fleet.errors).toEqual([expect.any(WentBack)]);
  await system[Symbol.asyncDispose]();
  expect(await fleet.bus.values.get("agenda")).toBeUndefined();
});

test("a keeper that is closed before it could notice says so then, and saves nothing", async () => {
  const { fleet, log } = await forgetful();
  const { system } = await fleet.open("keeper", []);
  await fleet.start({ type: "work", hold: true });
  await fleet.world.advance(500);
  log.end = (await fleet.bus.log.head()) - 1;
  await expect(system[Symbol.asyncDispose]()).rejects.toThrow(WentBack);
  expect(await fleet.bus.values.get("agenda")).toBeUndefined();
});

test.each([
  ["cut short", (text: string) => text.slice(0, text.length / 2)],
  ["of another rev", (text: string) => text.replace('"rev":2', '"rev":3')],
])("a commit %s stops its group, and nobody else", async (_what, garble) => {
  const { fleet, log } = await forgetful();
  const { system } = await fleet.open("worker", [scriptedDriver()]);
  const hurt = await fleet.start({ type: "work", hold: true });
  const well = await fleet.start({ type: "work", hold: true });
  await fleet.ask("set-speed", hurt, { speed: 5 });
  await fleet.world.advance(2_000);
  const [, found] = await fleet.bus.log.read(hurt.slice(0, hurt.lastIndexOf("-")));
  if (found === undefined) throw new Error("nothing was written");
  log.garbled.set(found.position, garble(found.text));
  system.desk.groups.drop(found.gid);
  await expect(fleet.group(hurt)).rejects.toMatchObject({ name: "CommitError", code: "corrupt" });
  const asked = { id: fleet.world.id(), by: "user@host", at: fleet.world.now() };
  await expect(
    system.desk.ask({ verb: "set-speed", uid: hurt, speed: 6, ...asked }),
  ).rejects.toMatchObject({ name: "CommitError", code: "corrupt" });
  await fleet.ask("start", well);
  expect((await fleet.ended(well)).outcome).toBe("success");
});

test("a commit that does not fit on the one before stops its group, and nobody else", async () => {
  const { fleet } = await forgetful();
  await fleet.open("worker", [scriptedDriver()]);
  const hurt = await fleet.start({ type: "work", hold: true });
  const well = await fleet.start({ type: "work", hold: true });
  await fleet.ask("set-speed", hurt, { speed: 5 });
  await fleet.world.advance(2_000);
  const gid = hurt.slice(0, hurt.lastIndexOf("-"));
  const { text } = (await fleet.bus.log.read(gid))[1] as Stored;
  const prev = "0".repeat(64);
  await fleet.bus.log.append(
    gid,
    3,
    JSON.stringify({ ...(JSON.parse(text) as object), rev: 3, prev }),
  );
  await fleet.world.advance(2_000);
  expect(fleet.errors).toMatchObject([{ name: "CommitError", code: "corrupt" }]);
  await expect(fleet.group(hurt)).rejects.toThrow("the chain is broken");
  await fleet.ask("start", well);
  expect((await fleet.ended(well)).outcome).toBe("success");
});
