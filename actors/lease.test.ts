import { expect, test } from "vitest";
import { BusError } from "../bus/bus-error.ts";
import type { Values } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { Lease } from "./lease.ts";
import { VirtualWorld } from "./virtual-world.ts";

const ttlMs = 10_000;
const info = {
  session: "s1",
  worker: "w1",
  host: "h",
  pid: 1,
  types: [],
  concurrency: 1,
  tags: {},
};

/** A lease over values whose next puts go as `fates` say. */
async function begin(fates: ("done" | "answer lost" | "lost")[]) {
  const world = new VirtualWorld();
  const { values } = openMemoryBus({ world });
  const faulty: Values = {
    ...values,
    put: async (key, value, options) => {
      const fate = fates.shift() ?? "done";
      if (fate === "lost") throw new BusError("unavailable", "no answer");
      const version = await values.put(key, value, options);
      if (fate === "answer lost") throw new BusError("unavailable", "no answer");
      return version;
    },
  };
  return { world, values, lease: await Lease.open(faulty, world, info, ttlMs) };
}

test("a renewal whose answer was lost is not the end of the session", async () => {
  const { world, lease, values } = await begin(["done", "answer lost"]);
  await world.advance(3 * ttlMs);
  expect(lease.isAlive()).toBe(true);
  expect(await Lease.live(values)).toHaveLength(1);
});

test("a session whose lease ran out does not take it again", async () => {
  const { world, lease, values } = await begin(["done", ...Array<"lost">(100).fill("lost")]);
  await world.advance(ttlMs);
  expect(lease.isAlive()).toBe(false);
  await world.advance(ttlMs);
  expect(await Lease.live(values)).toEqual([]);
});
