import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { BusError } from "../bus/bus-error.ts";
import type { Bus, FeedEntry, Log, Outlet, Stored } from "../bus/bus.ts";
import { Lifetime } from "../bus/lifetime.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { memoryOutlet } from "../bus/memory/memory-outlet.ts";
import { realWorld } from "../bus/world.ts";
import type { Commit } from "../machines/commit.ts";
import { collected } from "./collected.ts";
import { appendRandomLives } from "./random-lives.ts";
import { relay } from "./relay.ts";
import type { StatusEvent } from "./status-event.ts";

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

/** Relays until the feed holds so many entries, and fails with what the relay says. */
async function relayUntil(bus: Bus, count: number, log: Log = bus.log): Promise<void> {
  const full = new AbortController();
  const outlet: Outlet = {
    ...bus.outlet,
    append: async (entries, expectedHead) => {
      const head = await bus.outlet.append(entries, expectedHead);
      if (head >= count) full.abort();
      return head;
    },
  };
  const errors = await relayed({ ...bus, log, outlet }, full.signal);
  expect(errors).toEqual([]);
}

/** Relays until it ends, and gives back what it told meanwhile. */
async function relayed(bus: Bus, signal: AbortSignal): Promise<readonly unknown[]> {
  const errors: unknown[] = [];
  await relay(bus, { world: realWorld, signal, onError: (error) => errors.push(error) });
  return errors;
}

const never = new AbortController().signal;

test("a relay carries every status change into the feed, in log order", async () => {
  await using bus = openBus();
  await appendRandomLives(bus.log, plan);
  const changes = await changesOf(bus);
  await relayUntil(bus, changes.length);
  expect(await feedOf(bus)).toEqual(changes);
  expect(changes.length).toBeGreaterThan(100);
});

test("an entry has a subject to choose by, and says what happened", async () => {
  await using bus = openBus();
  await appendRandomLives(bus.log, { ...plan, seed: 2 });
  await relayUntil(bus, (await changesOf(bus)).length);
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

test("an entry's headers make a CloudEvent of it, of this log", async () => {
  await using bus = openBus();
  await appendRandomLives(bus.log, plan);
  await relayUntil(bus, (await changesOf(bus)).length);
  const entries = await collected(bus.outlet.read(0));
  const ids = new Set(entries.map(({ headers }) => `${headers["ce-source"]} ${headers["ce-id"]}`));
  expect(ids.size).toBe(entries.length);
  for (const { data, index, headers } of entries) {
    const { group, rev, job, to, at } = JSON.parse(data) as StatusEvent;
    expect(headers).toEqual({
      "ce-specversion": "1.0",
      "ce-id": `${group}/${rev}.${index}`,
      "ce-source": `/jobchart/groups/${group}`,
      "ce-type": `jobchart.job.${to}`,
      "ce-subject": job,
      "ce-time": at,
      "ce-datacontenttype": "application/json",
      "ce-generation": bus.generation,
      "content-type": "application/json",
    });
  }
});

test("an entry is of the trace that its commit names, else of that of the creation", async () => {
  await using bus = openBus();
  await appendRandomLives(bus.log, plan);
  const traced = traceIn(bus.log, ({ rev }) => `00-${"0".repeat(31)}${rev}-0000000000000001-01`);
  const { length } = await changesOf(bus);
  await relayUntil(bus, length, traced);
  const revs = new Map<string, string>();
  for (const { headers, data } of await collected(bus.outlet.read(0))) {
    const { rev } = JSON.parse(data) as StatusEvent;
    revs.set(rev === 2 ? "second" : "others", headers["traceparent"]?.at(34) ?? "");
  }
  expect(Object.fromEntries(revs)).toEqual({ second: "2", others: "1" });
});

/** A log whose groups' first and second commits name a trace. */
function traceIn(log: Log, traceOf: (commit: Commit) => string): Log {
  const traced = (stored: Stored): Stored => {
    const commit = JSON.parse(stored.text) as Commit;
    if (commit.rev > 2) return stored;
    const cause = { ...commit.cause, traceparent: traceOf(commit) };
    return { ...stored, text: JSON.stringify({ ...commit, cause }) };
  };
  return {
    ...log,
    read: async (gid, after) => (await log.read(gid, after)).map(traced),
    async *follow(after, signal) {
      for await (const batch of log.follow(after, signal)) yield batch.map(traced);
    },
  };
}

test("a relay goes on where the last entry says, even in the middle of a commit", async () => {
  await using bus = openBus();
  await appendRandomLives(bus.log, plan);
  const { length } = await changesOf(bus);
  await relayUntil(bus, length);
  const entries = await collected(bus.outlet.read(0));
  const inside = entries.findIndex(({ position }, n) => position === entries[n + 1]?.position);
  const half: Bus = { ...bus, outlet: memoryOutlet(new Lifetime("memory:")) };
  await half.outlet.append(entries.slice(0, inside + 1), 0);

  await relayUntil(half, length);
  expect(await collected(half.outlet.read(0))).toEqual(entries);
});

test("relays at once leave no gap, no duplicate, and log order", async () => {
  const batchSizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 3 });
  const race = fc.asyncProperty(fc.scheduler(), batchSizes, async (scheduler, sizes) => {
    await using bus = openBus();
    await appendRandomLives(bus.log, { ...plan, groups: 4, commitsMax: 80 });
    const changes = await changesOf(bus);
    const full = new AbortController();
    const slow: Outlet = {
      ...bus.outlet,
      append: scheduler.scheduleFunction(async (entries, expectedHead) => {
        const head = await bus.outlet.append(entries, expectedHead);
        if (head >= changes.length) full.abort();
        return head;
      }),
      head: scheduler.scheduleFunction(() => bus.outlet.head()),
    };
    const relays = sizes.map((size) =>
      relayed({ ...bus, log: inBatchesOf(bus.log, size), outlet: slow }, full.signal),
    );
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

test("a relay waits for a bus that is away, says so once, and repeats nothing that arrived", async () => {
  await using bus = openBus();
  await appendRandomLives(bus.log, plan);
  const changes = await changesOf(bus);
  const full = new AbortController();
  let asked = 0;
  const outlet: Outlet = {
    ...bus.outlet,
    append: async (entries, expectedHead) => {
      asked += 1;
      if (asked === 1) throw new BusError("unavailable", "gone");
      const some = entries.slice(0, asked < 4 ? 7 : entries.length);
      const head = await bus.outlet.append(some, expectedHead);
      if (head >= changes.length) full.abort();
      if (asked < 4) throw new BusError("unavailable", "the answer is lost");
      return head;
    },
  };
  const errors = await relayed({ ...bus, outlet }, full.signal);
  expect(errors).toMatchObject([{ message: "gone" }]);
  expect(await feedOf(bus)).toEqual(changes);
});

test("a relay stops at a commit that a newer program wrote, and says so", async () => {
  await using bus = openBus();
  await bus.log.append("gaaaaaaaaaaaaaaaa", 1, '{"v":2}');
  expect(await relayed(bus, never)).toMatchObject([{ code: "newer" }]);
});

test("a relay leaves a feed of another history alone, and says so", async () => {
  await using bus = openBus();
  await appendRandomLives(bus.log, plan);
  const { length } = await changesOf(bus);
  await relayUntil(bus, length);
  await appendRandomLives(bus.log, { ...plan, seed: 3 });
  const errors = await relayed({ ...bus, generation: "another" }, never);
  expect(errors).toMatchObject([{ code: "corrupt", message: /the feed is not this log's/ }]);
  expect(await feedOf(bus)).toHaveLength(length);
});
