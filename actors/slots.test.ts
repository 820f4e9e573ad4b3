/** Limits of types: a worker runs so many of a type at once, and goes on taking the others. */
import { describe, expect, test } from "vitest";
import type { Driver } from "./driver.ts";
import { Fleet } from "./fleet.ts";
import { scriptedDriver } from "./scripted-driver.ts";

const typed = (type: string, over: Partial<Driver> = {}): Driver => ({
  ...scriptedDriver(over, { steps: 5 }),
  type,
});

const statuses = async (fleet: Fleet, uids: readonly string[]): Promise<string> =>
  (await Promise.all(uids.map((uid) => fleet.job(uid)))).map(({ status }) => status).join(" ");

describe("a worker with a limit for a type", () => {
  test("runs no more of it at once, and others beside it", async () => {
    await using fleet = new Fleet();
    const worker = { concurrency: 4, limits: { copy: 1 } };
    await fleet.open("w1", [typed("copy"), typed("render")], { worker });
    const copies: string[] = [];
    for (let n = 0; n < 3; n += 1) copies.push(await fleet.start({ type: "copy" }));
    const renders: string[] = [];
    for (let n = 0; n < 4; n += 1) renders.push(await fleet.start({ type: "render" }));
    expect(await statuses(fleet, copies)).toBe("running created created");
    expect(await statuses(fleet, renders)).toBe("running running running created");
    for (const uid of [...copies, ...renders]) {
      expect((await fleet.ended(uid)).outcome).toBe("success");
    }
  });

  test("takes the next one at once when one ends, though it was waiting for others", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [typed("copy"), typed("render")], { worker: { limits: { copy: 1 } } });
    const first = await fleet.start({ type: "copy" });
    const second = await fleet.start({ type: "copy" });
    const { endedAt } = await fleet.ended(first);
    const { startedAt } = await fleet.until(second, ({ status }) => status !== "created");
    expect((startedAt ?? 0) - (endedAt ?? 0)).toBe(0);
  });

  test("takes another while one is parked, and none beside both once it goes on", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [typed("copy"), typed("render")], { worker: { limits: { copy: 1 } } });
    const [first, second] = [
      await fleet.start({ type: "copy" }),
      await fleet.start({ type: "copy" }),
    ];
    await fleet.ask("pause", first);
    await fleet.until(second, ({ status }) => status === "running");
    await fleet.ask("pause", second);
    await fleet.until(second, ({ status }) => status === "paused");
    await fleet.ask("resume", second);
    await fleet.ask("resume", first);
    const third = await fleet.start({ type: "copy" });
    await fleet.world.advance(2_000);
    expect(await statuses(fleet, [first, second, third])).toBe("running running created");
    expect((await fleet.ended(third)).outcome).toBe("success");
  });

  test.each([
    [{ nope: 2 }, "limits: no driver for type 'nope'"],
    [{ copy: 0 }, "limits: 'copy': expected a positive whole number, found 0"],
    [{ copy: 1.5 }, "limits: 'copy': expected a positive whole number, found 1.5"],
  ])("is refused %j", async (limits, message) => {
    await using fleet = new Fleet();
    await expect(fleet.open("w1", [typed("copy")], { worker: { limits } })).rejects.toThrow(
      message,
    );
  });
});
