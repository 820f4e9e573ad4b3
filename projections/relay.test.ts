import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";
import type { Bus, FeedEntry, Log, Outlet } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import type { Commit } from "../machines/commit.ts";
import { collected } from "./collected.ts";
import { appendRandomLives } from "./random-lives.ts";
import { relay } from "./relay.ts";

const plan = { seed: 21, groups: 16, commitsMax: 900 };

function openBus(): Bus {
  return openMemoryBus({ world: realWorld });
}

/** Every status change of the log, in its order, as `position.index status`; not by way of ours. */
async function changesOf({ log }: Bus): Promise<readonly string[]> {
  return (await collected(log.readAll()))
    .flat()
    .flatMap(({ position, text }) =>
      (JSON.parse(text) as Commit).events.flatMap(({ kind, to }, index) =>
        kind === "status" ? [`${position}.${index} ${to}`] : [],
      ),
    );
}

function changeOf({ position, index, subject }: FeedEntry): string {
  return `${position}.${index} ${subject.split(".").at(-1)}`;
}

async function feedOf({ outlet }: Bus): Promise<readonly string[]> {
  return (await collected(outlet.read(0))).map(changeOf);
}

/** Aborts once the feed holds so many entries. */
function until(bus: Bus, count: number): { outlet: Outlet; signal: AbortSignal } {
  const full = new AbortController();
  const outlet: Outlet = {
    ...bus.outlet,
    append: async (entries, expectedHead) => {
      const head = await bus.outlet.append(entries, expectedHead);
      if (head >= count) full.abort();
      return head;
    },
  };
  return { outlet, signal: full.signal };
}

test("a relay carries every status change into the feed, in log order", async () => {
  await using bus = openBus();
  await appendRandomLives(bus.log, plan);
  const changes = await changesOf(bus);
  const { outlet, signal } = until(bus, changes.length);
  await relay(bus.log, outlet, signal);
  expect(await feedOf(bus)).toEqual(changes);
  expect(changes.length).toBeGreaterThan(100);
});

test("an entry has a subject to choose by, and says what happened", async () => {
  await using bus = openBus();
  await appendRandomLives(bus.log, { ...plan, seed: 2 });
  const { outlet, signal } = until(bus, (await changesOf(bus)).length);
  await relay(bus.log, outlet, signal);
  const entries = await collected(bus.outlet.read(0));
  const concluded = entries.find(
    ({ subject }) => subject.includes("backup=2E") && subject.endsWith(".concluded"),
  );
  expect(concluded?.subject).toMatch(/^event\.(copy|mirror)\.backup=2E\d\.concluded$/);
  const data: unknown = JSON.parse(concluded?.data ?? "");
  expect(data).toMatchObject({
    position: `${concluded?.position}.${concluded?.index}`,
    job: expect.stringMatching(/^backup\.\d$/),
    type: concluded?.subject.split(".")[1],
    to: "concluded",
    outcome: expect.stringMatching(/success|failed|cancelled/),
    cause: { by: "worker/w1" },
  });
});

test("a relay goes on where the last entry says, even in the middle of a commit", async () => {
  await using bus = openBus();
  await appendRandomLives(bus.log, plan);
  await using complete = openBus();
  const changes = await changesOf(bus);
  const whole = until({ ...complete, outlet: complete.outlet }, changes.length);
  await relay(bus.log, whole.outlet, whole.signal);
  const entries = await collected(complete.outlet.read(0));
  const inside = entries.findIndex(({ position }, n) => position === entries[n + 1]?.position);
  await bus.outlet.append(entries.slice(0, inside + 1), 0);

  const rest = until(bus, changes.length);
  await relay(bus.log, rest.outlet, rest.signal);
  expect(await collected(bus.outlet.read(0))).toEqual(entries);
});

test("relays at once leave no gap, no duplicate, and log order", async () => {
  const batchSizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 3 });
  const race = fc.asyncProperty(fc.scheduler(), batchSizes, async (scheduler, sizes) => {
    await using bus = openBus();
    await appendRandomLives(bus.log, { ...plan, groups: 4, commitsMax: 80 });
    const changes = await changesOf(bus);
    const { outlet, signal } = until(bus, changes.length);
    const slow: Outlet = {
      ...outlet,
      append: scheduler.scheduleFunction((entries, head) => outlet.append(entries, head)),
      head: scheduler.scheduleFunction(() => outlet.head()),
    };
    const relays = sizes.map((size) => relay(inBatchesOf(bus.log, size), slow, signal));
    await scheduler.waitFor(Promise.all(relays));
    expect(await feedOf(bus)).toEqual(changes);
  });
  await fc.assert(race, { numRuns: 60 });
});

/** Two relays need not see the log in the same pieces. */
function inBatchesOf(log: Log, size: number): Log {
  return {
    ...log,
    async *follow(after, signal) {
      for await (const batch of log.follow(after, signal)) {
        for (let n = 0; n < batch.length; n += size) yield batch.slice(n, n + size);
      }
    },
  };
}

test("a relay stops at a commit that a newer program wrote", async () => {
  await using bus = openBus();
  await bus.log.append("gaaaaaaaaaaaaaaaa", 1, '{"v":2}');
  const { signal } = new AbortController();
  await expect(relay(bus.log, bus.outlet, signal)).rejects.toMatchObject({ code: "newer" });
});
