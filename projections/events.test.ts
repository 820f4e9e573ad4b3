import { beforeAll, describe, expect, test } from "vitest";
import type { Bus } from "../bus/bus.ts";
import { FastWorld } from "../bus/contract/fast-world.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import { collected } from "./collected.ts";
import { eventsOf, type EventsQuery } from "./events.ts";
import { msOf } from "./iso-time.ts";
import { appendRandomLives } from "./random-lives.ts";
import { relay } from "./relay.ts";
import type { StatusEvent } from "./status-event.ts";

const plan = { seed: 12, groups: 20, commitsMax: 700 };
const noErrors = (error: unknown): never => {
  throw error;
};

/** The same history twice: in a log alone, and in a log whose feed is relayed. */
async function open(from = plan) {
  const { requests: _none, ...alone } = openMemoryBus({ world: realWorld });
  const fleet = openMemoryBus({ world: realWorld });
  const stop = new AbortController();
  const relaying = relay(fleet, { world: realWorld, signal: stop.signal, onError: noErrors });
  for (const { log } of [alone, fleet]) await appendRandomLives(log, from);
  return {
    alone,
    fleet,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await relaying;
    },
  };
}

function eventsUntilNow(bus: Bus, query: EventsQuery = {}): Promise<readonly StatusEvent[]> {
  return collected(eventsOf(bus, realWorld, { untilNow: true, ...query }));
}

let history: Awaited<ReturnType<typeof open>>;
let all: readonly StatusEvent[];
beforeAll(async () => {
  history = await open();
  all = await eventsUntilNow(history.alone, { after: { position: 0 } });
  return () => history[Symbol.asyncDispose]();
});

describe.each(["alone", "fleet"] as const)("events of a bus, %s:", (which) => {
  const asked = (query?: EventsQuery) => eventsUntilNow(history[which], query);

  test("from 0 they are every status change, in log order", async () => {
    const commits = (await collected(history[which].log.readAll())).flat();
    const positions = commits.flatMap(({ position, text }) =>
      (JSON.parse(text) as { events: { kind: string }[] }).events.flatMap(({ kind }, index) =>
        kind === "status" ? [`${position}.${index}`] : [],
      ),
    );
    const events = await asked({ after: { position: 0 } });
    expect(events.map(({ position }) => position)).toEqual(positions);
    expect(JSON.stringify(events)).toBe(JSON.stringify(all));
  });

  test("who resumes after the event seen last gets the rest, wherever that was", async () => {
    for (let seen = 0; seen < all.length; seen += 17) {
      const [position, index] = (all[seen]?.position ?? "").split(".").map(Number);
      const rest = await asked({ after: { position: position ?? 0, index: index ?? 0 } });
      expect(rest).toEqual(all.slice(seen + 1));
    }
  });

  test("a commit's position stands for all of its events", async () => {
    const inside = all.findIndex(({ position }) => position.endsWith(".0")) + 20;
    const commit = Number.parseInt(all[inside]?.position ?? "", 10);
    const after = all.filter(({ position }) => Number.parseInt(position, 10) > commit);
    expect(await asked({ after: { position: commit } })).toEqual(after);
  });

  test("without a place nothing of the past is told", async () => {
    expect(await asked()).toEqual([]);
  });

  test("they can be chosen by type, id, uid and status", async () => {
    const { type = "", job: id = "", uid = "" } = all.find(({ job }) => job === "backup.1") ?? {};
    const queries: readonly [EventsQuery, (event: StatusEvent) => boolean][] = [
      [{ type }, (event) => event.type === type],
      [{ id }, (event) => event.job === id],
      [{ id: uid }, (event) => event.uid === uid],
      [{ status: "concluded" }, (event) => event.to === "concluded"],
      [
        { type, id, status: "running" },
        (e) => e.type === type && e.job === id && e.to === "running",
      ],
    ];
    for (const [query, isWanted] of queries) {
      const found = await asked({ ...query, after: { position: 0 } });
      expect(found).toEqual(all.filter(isWanted));
      expect(found.length).toBeGreaterThan(0);
    }
  });

  test("they can be followed by the same choice", async () => {
    const stop = new AbortController();
    const query: EventsQuery = { status: "running", after: { position: 0 }, signal: stop.signal };
    const wanted = all.filter(({ to }) => to === "running");
    const found: StatusEvent[] = [];
    for await (const event of eventsOf(history[which], realWorld, query)) {
      found.push(event);
      if (found.length === wanted.length) stop.abort();
    }
    expect(found).toEqual(wanted);
  });
});

function timesOf(events: readonly StatusEvent[]): readonly number[] {
  return events.map(({ at }) => msOf(at));
}

test("a time stands for the place where the log was then", async () => {
  await using short = await open({ ...plan, seed: 4, commitsMax: 40 });
  const times = timesOf(await eventsUntilNow(short.fleet, { after: { position: 0 } }));
  const timeMs = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  const start = times.findLastIndex((each) => each <= timeMs) + 1;
  const alone = await eventsUntilNow(short.alone, { after: { timeMs } });
  expect(timesOf(alone)).toEqual(times.slice(start));
  const fleet = timesOf(await eventsUntilNow(short.fleet, { after: { timeMs } }));
  expect(fleet).toEqual(times.slice(times.length - fleet.length));
  expect(fleet[0]).toBeGreaterThan(timeMs);
  const future = msOf("2030-01-01T00:00:00Z");
  expect(await eventsUntilNow(short.fleet, { after: { timeMs: future } })).toEqual([]);
});

test("until now means until the feed has all that the log had", async () => {
  const bus = openMemoryBus({ world: realWorld });
  await appendRandomLives(bus.log, plan);
  const asked = eventsUntilNow(bus, { after: { position: 0 } });
  const stop = new AbortController();
  void relay(bus, { world: realWorld, signal: stop.signal, onError: noErrors });
  expect(await asked).toEqual(all);
  stop.abort();
});

test("until now fails when nobody brings the feed up to date", async () => {
  const bus = openMemoryBus({ world: realWorld });
  await appendRandomLives(bus.log, plan);
  const asked = collected(eventsOf(bus, new FastWorld(), { untilNow: true }));
  await expect(asked).rejects.toMatchObject({ code: "unavailable", message: /is empty.*serve/ });
});
