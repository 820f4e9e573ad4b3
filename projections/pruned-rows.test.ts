/** The rows of a log whose groups are pruned: the same for who saw all, some, or nothing of them. */
import { expect, test } from "vitest";
import type { Bus, Row } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import type { Asked } from "../machines/input.ts";
import { uidOf } from "../machines/job-id.ts";
import { canonical } from "../machines/json.ts";
import { Ledger } from "../machines/ledger.ts";
import { decide } from "../machines/lifecycle.ts";
import { collected } from "./collected.ts";
import { statsKey, statsOf } from "./fold-batch.ts";
import { everyTag } from "./group-row.ts";
import { JobsView } from "./jobs.ts";
import { Projection } from "./projection.ts";
import { appendRandomLives } from "./random-lives.ts";

const samples = async () => () => undefined;
const now = Date.parse("2026-12-24T00:00:00.000Z");

/** A log of lives, the ledgers of its groups, and those that can be pruned: more than ten. */
async function lives(seed: number) {
  const bus = openMemoryBus({ world: realWorld });
  const ledgers = await appendRandomLives(bus.log, { seed, groups: 40, commitsMax: 1_500 });
  for (const ledger of ledgers) await bringToEnd(bus, ledger);
  return { bus, ledgers };
}

/** Cancels what is open, and has its worker say that it is done. */
async function bringToEnd(bus: Bus, ledger: Ledger): Promise<void> {
  for (let n = 0; n < 60 && !isOver(ledger); n += 1) {
    for (const { uid, epoch } of ledger.group.jobs) {
      const claim = { session: "s", worker: "w1", host: "h1" };
      await say(bus, ledger, { verb: "cancel", uid });
      await say(bus, ledger, { verb: "claimed", uid, epoch: epoch + 1, claim });
      for (const verb of ["aborted", "committed", "cleaned"] as const) {
        const current = ledger.group.jobs.find((job) => job.uid === uid)?.epoch ?? 0;
        await say(bus, ledger, { verb, uid, epoch: current });
      }
      const current = ledger.group.jobs.find((job) => job.uid === uid)?.epoch ?? 0;
      await say(bus, ledger, { verb: "failed", uid, epoch: current, error: "no", cancelled: true });
      await say(bus, ledger, { verb: "dismiss", uid });
    }
  }
}

function isOver({ group: { jobs } }: Ledger): boolean {
  return jobs.every(({ status }) => status === "null");
}

let asked = 0;

async function say(bus: Bus, ledger: Ledger, what: object): Promise<number | undefined> {
  const said: Asked = { id: `p${(asked += 1)}`, by: "user@host", at: now + asked * 1_000 };
  const input = { ...said, ...what } as Parameters<typeof decide>[1];
  const { events, next } = decide(ledger.group, input);
  if (events.length === 0) return undefined;
  const written = ledger.write(input, events);
  const position = await bus.log.append(ledger.gid, ledger.rev + 1, written.text);
  ledger.accept(written, next);
  return position;
}

/** Leaves a summary; `isWhole`: and nothing before it. */
async function prune(bus: Bus, ledger: Ledger, isWhole = true): Promise<boolean> {
  const position = await say(bus, ledger, { verb: "prune" });
  if (position !== undefined && isWhole) await bus.log.forget(ledger.gid, position);
  return position !== undefined;
}

async function allRows(bus: Bus, ledgers: readonly Ledger[]): Promise<readonly Row[]> {
  const projection = new Projection(bus);
  return projection.get([statsKey, ...ledgers.map(({ gid }) => gid)]);
}

test.each([3, 11])(
  "live rows equal those that are made again from nothing (seed %i)",
  async (seed) => {
    const { bus, ledgers } = await lives(seed);
    await using _ = bus;
    const projection = new Projection(bus);
    await projection.catchUp();
    let pruned = 0;
    for (const [index, ledger] of ledgers.entries()) {
      if (!(await prune(bus, ledger, index % 5 > 0))) continue;
      pruned += 1;
      if (index % 3 === 0) await projection.catchUp();
    }
    expect(pruned).toBeGreaterThan(10);
    await projection.catchUp();
    const live = await allRows(bus, ledgers);
    await projection.rebuild();
    expect(canonical(await allRows(bus, ledgers))).toBe(canonical(live));
  },
);

test("who was behind comes to the same rows, wherever it had stopped", async () => {
  const { bus, ledgers } = await lives(5);
  await using _ = bus;
  const commits = (await collected(bus.log.readAll())).flat();
  const stops = commits
    .filter((_commit, index) => index % 97 === 0)
    .map(({ position }) => position);
  const shelves = [];
  for (const stop of stops) {
    const { shelf } = openMemoryBus({ world: realWorld });
    const log = { readAll: (after = 0) => upTo(commits, after, stop) };
    await new Projection({ log, shelf }).catchUp();
    shelves.push(shelf);
  }
  for (const ledger of ledgers) await prune(bus, ledger);
  const gids = ledgers.map(({ gid }) => gid);
  const rowsOf = async (projection: Projection) => {
    await projection.catchUp();
    return canonical(await projection.get([statsKey, ...gids]));
  };
  const rebuilt = await rowsOf(new Projection(bus));
  for (const shelf of shelves) {
    expect(await rowsOf(new Projection({ log: bus.log, shelf }))).toBe(rebuilt);
  }
});

async function* upTo(commits: readonly { position: number }[], after: number, stop: number) {
  const part = commits.filter(({ position }) => position > after && position <= stop);
  if (part.length > 0) yield part as never;
}

test("a pruned group is in no list, and its jobs' types keep what they counted", async () => {
  const { bus, ledgers } = await lives(7);
  await using _ = bus;
  const view = new JobsView({ ...bus, nowMs: () => now, samples });
  const before = await view.stats();
  const target = ledgers.find((ledger) => ledger.group.jobs.length > 0 && isOver(ledger));
  const { gid } = target ?? { gid: "" };
  const [job] = target?.group.jobs ?? [];
  if (target === undefined) throw new Error("nothing came to its end");
  await prune(bus, target);
  expect((await view.jobs({ all: true })).filter((each) => each.gid === gid)).toEqual([]);
  expect(await view.byUid(uidOf(gid, 1))).toBeUndefined();
  expect((await view.byId(job?.id ?? "")).filter((each) => each.gid === gid)).toEqual([]);
  expect((await view.groups({ all: true })).filter((each) => each.gid === gid)).toEqual([]);
  const after = await view.stats();
  expect(after.types).toEqual(before.types);
  expect(after.retries).toBe(before.retries);
  expect(after.status.null ?? 0).toBeLessThan(before.status.null ?? 0);
});

test("a view of the past leaves out what was pruned since", async () => {
  const { bus, ledgers } = await lives(9);
  await using _ = bus;
  const head = await bus.log.head();
  const view = new JobsView({ ...bus, nowMs: () => now, samples });
  const over = ledgers.filter((ledger) => ledger.group.jobs.length > 0 && isOver(ledger));
  for (const [index, ledger] of over.entries()) await prune(bus, ledger, index % 2 === 0);
  const past = await view.asOf({ position: head });
  const found = new Set((await past.jobs({ all: true })).map(({ gid }) => gid));
  expect(over.filter(({ gid }) => found.has(gid))).toEqual([]);
  const left = ledgers.filter((ledger) => ledger.group.jobs.length > 0 && !over.includes(ledger));
  expect(found).toEqual(new Set(left.map(({ gid }) => gid)));
});

test("a commit that is gone without a summary is a log that went backwards", async () => {
  const { bus } = await lives(3);
  await using _ = bus;
  await new Projection(bus).catchUp();
  const commits = (await collected(bus.log.readAll())).flat();
  const log = { readAll: (after = 0) => upTo(commits.slice(0, -1), after, Infinity) };
  const cut = new Projection({ log, shelf: bus.shelf });
  await expect(cut.catchUp()).rejects.toMatchObject({ code: "corrupt" });
});

test("statistics say nothing of a status that nobody is in", async () => {
  const { bus, ledgers } = await lives(3);
  await using _ = bus;
  for (const ledger of ledgers) await prune(bus, ledger);
  const projection = new Projection(bus);
  await projection.catchUp();
  const [row] = await projection.get([statsKey]);
  expect(Object.values(statsOf(row).status)).not.toContain(0);
  expect((await projection.find(everyTag)).length).toBeLessThan(ledgers.length);
});
