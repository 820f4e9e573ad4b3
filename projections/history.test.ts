import { expect, test } from "vitest";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import type { Input } from "../machines/input.ts";
import { Ledger } from "../machines/ledger.ts";
import { decide } from "../machines/lifecycle.ts";
import { collected } from "./collected.ts";
import { historyOf, timeline } from "./history.ts";

const gid = "gaaaaaaaaaaaaaaaa";
const [first, second] = [`${gid}-1`, `${gid}-2`];
const startMs = Date.UTC(2026, 10, 20);
const shape = { can: [], place: "anywhere", recover: "resume" } as const;
const claim = { session: "s1", worker: "w1", host: "h1" };
const draft = { type: "copy", args: {}, shape };

/** Two jobs that end together: one finishes, the other is cancelled before it was claimed. */
const inputs: readonly Input[] = [
  {
    verb: "create",
    completion: "grouped",
    jobs: [
      { ...draft, id: "a", uid: first },
      { ...draft, id: "b", uid: second },
    ],
    id: "c1",
    by: "me@here",
    at: startMs,
    note: "nightly",
  },
  { verb: "claimed", uid: first, epoch: 1, claim, id: "c2", by: "worker/w1", at: startMs + 1_000 },
  { verb: "cancel", uid: second, id: "c3", by: "me@here", at: startMs + 3_000 },
  { verb: "finished", uid: first, epoch: 1, id: "c4", by: "worker/w1", at: startMs + 7_000 },
];

async function recorded() {
  const bus = openMemoryBus({ world: realWorld });
  const ledger = new Ledger(gid);
  for (const input of inputs) {
    const { events, next } = decide(ledger.group, input);
    const written = ledger.write(input, events);
    await bus.log.append(gid, ledger.rev + 1, written.text);
    ledger.accept(written, next);
  }
  return bus;
}

test("a group's history is one event an item, in log order, with position and cause", async () => {
  await using bus = await recorded();
  const events = await collected(historyOf(bus, gid));
  expect(events[1]).toMatchObject({
    position: "1.1",
    rev: 1,
    at: "2026-11-20T00:00:00.000Z",
    group: gid,
    job: "b",
    uid: second,
    kind: "status",
    from: "undefined",
    to: "created",
    set: { type: "copy" },
    cause: { id: "c1", verb: "create", by: "me@here", note: "nightly" },
  });
  expect(Object.keys(events[1] ?? {}).join(" ")).toBe(
    "position rev at group job uid kind from to set cause",
  );
  expect(events[1]?.cause).not.toHaveProperty("digest");
});

test("a job's history leaves the other members out and keeps what is true of every member", async () => {
  await using bus = await recorded();
  const events = await collected(historyOf(bus, first));
  expect(new Set(events.map(({ job }) => job))).toEqual(new Set(["a", null]));
  expect(events.find(({ job }) => job === null)).toMatchObject({ kind: "decision", uid: null });
});

test("an unknown group has no history", async () => {
  await using bus = await recorded();
  expect(await collected(historyOf(bus, "gbbbbbbbbbbbbbbbb-1"))).toEqual([]);
});

test("a history yields what it can vouch for, and fails at a broken chain", async () => {
  await using bus = await recorded();
  const [one, two] = await bus.log.read(gid);
  const altered = { ...one, text: one?.text.replace("nightly", "weekly ") ?? "" };
  const log = { read: async () => [altered, two] as never };
  const seen: number[] = [];
  const reading = (async () => {
    for await (const { rev } of historyOf({ log }, gid)) seen.push(rev);
  })();
  await expect(reading).rejects.toThrow(/group gaaaaaaaaaaaaaaaa rev 2: the chain is broken/);
  expect(seen).toEqual([1, 1]);
});

test("a timeline says how long a job was in each status", async () => {
  await using bus = await recorded();
  const stays = timeline(await collected(historyOf(bus, gid)), first, startMs + 60_000);
  expect(stays.map(({ status, ms }) => [status, ms])).toEqual([
    ["created", 1_000],
    ["running", 6_000],
    ["aborting", 0],
    ["concluded", 0],
    ["null", null],
  ]);
});

test("a timeline that is not over counts to now", async () => {
  await using bus = await recorded();
  const history = await collected(historyOf(bus, gid));
  const soFar = history.filter(({ rev }) => rev <= 3);
  expect(timeline(soFar, first, startMs + 5_000).at(-1)).toMatchObject({
    status: "running",
    ms: 4_000,
  });
});
