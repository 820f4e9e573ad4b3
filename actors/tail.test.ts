/** The tail: tells who waits for a group, and keeps nothing for who no longer does. */
import { expect, test } from "vitest";
import { openMemoryBus } from "../bus/memory.ts";
import { Tail } from "./tail.ts";
import { VirtualWorld } from "./virtual-world.ts";

test("wakes everybody who waits for the group that moved, and nobody else", async () => {
  const world = new VirtualWorld();
  await using bus = openMemoryBus({ world });
  await using tail = new Tail(bus.log);
  await tail.open();
  const woken: string[] = [];
  using first = tail.next("a");
  using second = tail.next("a");
  using third = tail.next("b");
  for (const [name, { moved }] of Object.entries({ first, second, third })) {
    void moved.then(() => woken.push(name));
  }
  await bus.log.append("a", 1, "");
  await world.settle();
  expect(woken).toEqual(["first", "second"]);
  expect(tail.size).toBe(1);
});

test("forgets who does not wait any more", async () => {
  await using bus = openMemoryBus({ world: new VirtualWorld() });
  await using tail = new Tail(bus.log);
  {
    using one = tail.next("a");
    using two = tail.next("a");
    expect([tail.size, one === two]).toEqual([1, false]);
  }
  expect(tail.size).toBe(0);
});

test("wakes everybody when it ends, and says so when it is opened again", async () => {
  await using bus = openMemoryBus({ world: new VirtualWorld() });
  const tail = new Tail(bus.log);
  await tail.open();
  using wait = tail.next("a");
  await tail[Symbol.asyncDispose]();
  await wait.moved;
  await expect(tail.open()).rejects.toThrow("the system was closed");
});
