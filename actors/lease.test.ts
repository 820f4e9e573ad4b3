import { describe, expect, test } from "vitest";
import { BusError } from "../bus/bus-error.ts";
import type { Values } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { Lease } from "./lease.ts";
import { VirtualWorld } from "./virtual-world.ts";

const ttlMs = 10_000;
const lastsMs = 8_000;
const renewMs = 2_500;
const lateMs = 2_000;
const info = {
  session: "s1",
  worker: "w1",
  host: "h",
  pid: 1,
  types: [],
  picks: [],
  concurrency: 1,
  tags: {},
};
const key = "lease.w1.s1";

type Fate = "done" | "answer late" | "answer lost" | "lost";

/** A lease over values whose next puts go as `fates` say, and which its holder may not read. */
async function begin(fates: Fate[]) {
  const world = new VirtualWorld();
  const { values } = openMemoryBus({ world });
  let puts = 0;
  const faulty: Values = {
    ...values,
    get: () => Promise.reject(new BusError("denied", "a worker may not read")),
    put: async (...args) => {
      puts += 1;
      const fate = fates.shift() ?? "done";
      if (fate === "lost") throw new BusError("unavailable", "no answer");
      const version = await values.put(...args);
      if (fate === "answer late") await world.sleep(lateMs);
      if (fate === "answer lost") throw new BusError("unavailable", "no answer");
      return version;
    },
  };
  const isLate = fates[0] === "answer late";
  const opening = Lease.open(faulty, world, info, ttlMs);
  if (isLate) await world.advance(lateMs);
  return { world, values, lease: await opening, puts: () => puts };
}

const forEver = Array<"lost">(1_000).fill("lost");

describe("a lease", () => {
  test("whose renewals' answers are lost lives on, though its holder may not read it", async () => {
    const { world, lease, values } = await begin(["done", "answer lost", "done", "answer lost"]);
    await world.advance(3 * ttlMs);
    expect(lease.isAlive()).toBe(true);
    expect(await Lease.live(values)).toHaveLength(1);
  });

  test("that ran out is not taken again", async () => {
    const { world, lease, values } = await begin(["done", ...forEver]);
    await world.advance(ttlMs);
    expect(lease.isAlive()).toBe(false);
    await world.advance(ttlMs);
    expect(await Lease.live(values)).toEqual([]);
  });

  test("that is gone is not put anew, whether or not an answer is missing", async () => {
    for (const fate of ["done", "answer lost"] as const) {
      const { world, lease, values } = await begin(["done", fate]);
      await world.advance(renewMs);
      await values.remove(key);
      await world.advance(renewMs);
      expect(lease.isAlive()).toBe(false);
      expect(await values.get(key)).toBeUndefined();
    }
  });

  test("that somebody else has put is not taken over", async () => {
    const { world, lease, values } = await begin(["done"]);
    await values.put(key, "another's");
    await world.advance(renewMs);
    expect(lease.isAlive()).toBe(false);
    expect(await values.get(key)).toMatchObject({ value: "another's" });
    await expect(Lease.open(values, world, info, ttlMs)).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await values.get(key)).toMatchObject({ value: "another's" });
  });

  test.each([
    ["the first put", ["answer late", ...forEver], lastsMs],
    ["a renewal", ["done", "answer late", ...forEver], renewMs + lastsMs],
  ] as const)("lasts from when %s was sent, however late its answer came", async (...of) => {
    const [, fates, untilMs] = of;
    const { world, lease } = await begin([...fates]);
    await world.advance(untilMs - world.monotonic() - 1);
    expect(lease.isAlive()).toBe(true);
    await world.advance(1);
    expect(lease.isAlive()).toBe(false);
  });
});

async function live(leases: Readonly<Record<string, unknown>>) {
  const { values } = openMemoryBus({ world: new VirtualWorld() });
  for (const [at, value] of Object.entries(leases)) {
    await values.put(at, typeof value === "string" ? value : JSON.stringify(value));
  }
  return Lease.live(values);
}

describe("the sessions that are alive", () => {
  test("are told by what is a lease, whatever else is there", async () => {
    const wrong = { "lease.w1.a": "garbage", "lease.w1.b": "null", "lease.w1.c": "[]" };
    const misplaced = { "lease.w1": info, "lease.w1.s1.x": info };
    expect(await live({ ...wrong, ...misplaced, [key]: info })).toEqual([info]);
  });

  test("have the names that their keys have", async () => {
    const known = { host: "", pid: 0, types: [], picks: [], concurrency: 0, tags: {} };
    expect(await live({ "lease.w=2E1.s1": { types: 7 } })).toEqual([
      { ...known, worker: "w.1", session: "s1" },
    ]);
  });

  test("are nobody's whose key is another's", async () => {
    expect(await live({ "lease.w2.x": { session: "s1" } })).toEqual([]);
    expect(await live({ "lease.w2.s1": { worker: "w1" } })).toEqual([]);
  });
});
