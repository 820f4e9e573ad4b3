/**
 * The contract of a bus: what every adapter promises, port by port, and how it closes. Beside it,
 * for adapters that can: clock-contract, requests-contract, shared-shelf-contract.
 */
import { describe, expect, test } from "vitest";
import { realWorld } from "../world.ts";
import { logContract } from "./log-contract.ts";
import { outletContract } from "./outlet-contract.ts";
import { queueContract } from "./queue-contract.ts";
import { shelfContract } from "./shelf-contract.ts";
import { signalsContract } from "./signals-contract.ts";
import { toArray } from "./to-array.ts";
import type { OpenTwo } from "./two-handles.ts";
import { valuesContract } from "./values-contract.ts";

export function busContract(name: string, open: OpenTwo): void {
  logContract(name, open);
  valuesContract(name, open);
  queueContract(name, open);
  signalsContract(name, open);
  outletContract(name, open);
  shelfContract(name, open);

  describe(`the name of ${name}'s history`, () => {
    test("is the same on both handles, and another one for another history", async () => {
      const [one, two] = await open(realWorld);
      const [other] = await open(realWorld);
      expect(one.generation).toMatch(/^[\w-]+$/);
      expect(two.generation).toBe(one.generation);
      expect(other.generation).not.toBe(one.generation);
    });
  });

  describe(`closing ${name}`, () => {
    const never = new AbortController().signal;
    const closed = { code: "closed" };

    test("ends what waits", async () => {
      const [bus] = await open(realWorld);
      const following = toArray(bus.log.follow(0, never));
      const listening = toArray(bus.outlet.follow(0, { signal: never }));
      const taking = bus.queue.take({ types: [], host: "" }, never);
      await bus[Symbol.asyncDispose]();
      expect(await following).toEqual([]);
      expect(await listening).toEqual([]);
      expect(await taking).toBeUndefined();
    });

    test("refuses what comes later, and may be done twice", async () => {
      const [bus] = await open(realWorld);
      await bus[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
      const later = [
        bus.log.append("g", 1, ""),
        bus.log.read("g"),
        bus.log.head(),
        toArray(bus.log.readAll()),
        bus.values.get("k"),
        bus.values.put("k", ""),
        bus.queue.offer({ uid: "u", type: "t" }),
        bus.queue.take({ types: [], host: "" }, never),
        bus.queue.prepare({ types: ["t"], host: "" }),
        bus.outlet.head(),
        bus.outlet.append([], 0),
        toArray(bus.outlet.read(0)),
        bus.shelf.position("v"),
      ];
      for (const each of later) await expect(each).rejects.toMatchObject(closed);
    });
  });
}
