/** What a line does to the streams of the feed, which no run follows, and what it tells of. */
import { expect, test } from "vitest";
import type { FeedEntry } from "../../bus/bus.ts";
import { realWorld } from "../../bus/world.ts";
import { calm, type Fate, type Faults } from "./fate.ts";
import { Line } from "./line.ts";
import { replay } from "./replay.ts";
import { Schedule } from "./schedule.ts";
import { settled } from "./settled.ts";
import { openSimulatedBus } from "./simulated-bus.ts";

const entry: FeedEntry = { subject: "event.a.b.c", position: 1, index: 0, data: "", headers: {} };
const unavailable = { code: "unavailable" };
const answerLost: Fate = { thereMs: 1, backMs: 1, fault: "answer lost" };

function openLine() {
  const chooser = replay([]);
  const schedule = new Schedule(chooser, 0);
  const threw: unknown[] = [];
  const world: { faults: Faults } = { faults: calm };
  const line = new Line({
    bus: openSimulatedBus(realWorld),
    schedule,
    chooser,
    life: "one",
    faults: () => world.faults,
    isCut: () => false,
    crash: () => {},
    stall: () => {},
    observer: {
      fault: () => {},
      beaten: () => {},
      appended: () => {},
      told: () => {},
      threw: (_life, error) => threw.push(error),
    },
  });
  /** Lets everything happen that is going to. */
  const run = async (): Promise<void> => {
    await settled();
    for (let next = schedule.next(); next !== undefined; next = schedule.next()) {
      next.act();
      await settled();
    }
  };
  return { line, world, threw, run };
}

const { signal } = new AbortController();

/** What the first of them fails with; undefined when it does not. */
async function trouble(entries: AsyncIterable<FeedEntry>): Promise<unknown> {
  return entries[Symbol.asyncIterator]()
    .next()
    .then(
      () => undefined,
      (error: unknown) => error,
    );
}

test("who follows the feed is cut off with its line", async () => {
  const { line, run } = openLine();
  const next = trouble(line.bus.outlet.follow(0, { signal }));
  await run();
  line.cut();
  await run();
  expect(await next).toMatchObject(unavailable);
});

test.each(["read", "follow"] as const)(
  "the answer to a %s of the feed may be lost",
  async (how) => {
    const { line, world, run } = openLine();
    const appended = line.bus.outlet.append([entry], 0);
    await run();
    expect(await appended).toBe(1);
    world.faults = { ...calm, fates: [answerLost] };
    const { outlet } = line.bus;
    const entries = how === "read" ? outlet.read(0) : outlet.follow(0, { signal });
    const next = trouble(entries);
    await run();
    expect(await next).toMatchObject(unavailable);
  },
);

test("a subscriber that throws is told of, so that no run passes over it", async () => {
  const { line, threw, run } = openLine();
  const wrong = new Error("a subscriber that is wrong");
  line.bus.signals.subscribe("ctl", () => {
    throw wrong;
  });
  line.bus.signals.publish("ctl", "");
  await run();
  expect(threw).toEqual([wrong]);
});
