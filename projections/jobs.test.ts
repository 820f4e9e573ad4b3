import { describe, expect, test } from "vitest";
import type { Bus, Shelf } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld, type World } from "../bus/world.ts";
import { canonical } from "../machines/json.ts";
import { gidOf } from "../machines/job-id.ts";
import type { Ledger } from "../machines/ledger.ts";
import type { Job } from "../machines/record.ts";
import { collected } from "./collected.ts";
import { jobsView } from "./jobs.ts";
import { appendRandomLives } from "./random-lives.ts";

const plan = { seed: 11, groups: 40, commitsMax: 600 };
const nowMs = Date.UTC(2026, 10, 28);
const world: World = { ...realWorld, now: () => nowMs };

async function recorded(): Promise<{ bus: Bus; ledgers: readonly Ledger[] }> {
  const bus = openMemoryBus({ world });
  const ledgers = await appendRandomLives(bus.log, plan);
  return { bus, ledgers };
}

/** The uids of all jobs, newest first, out of the ledgers and not of the view. */
async function newestFirst(bus: Bus, ledgers: readonly Ledger[]): Promise<readonly Job[]> {
  const firsts = new Map<string, number>();
  for (const { gid, position } of (await collected(bus.log.readAll())).flat()) {
    if (!firsts.has(gid)) firsts.set(gid, position);
  }
  return ledgers
    .toSorted((a, b) => (firsts.get(b.gid) ?? 0) - (firsts.get(a.gid) ?? 0))
    .flatMap(({ group }) => group.jobs.toReversed());
}

describe("the jobs", () => {
  test("are those that are not dismissed, newest first", async () => {
    const { bus, ledgers } = await recorded();
    const expected = (await newestFirst(bus, ledgers)).filter(({ status }) => status !== "null");
    const jobs = await jobsView(bus, world).jobs();
    expect(jobs.map(({ uid }) => uid)).toEqual(expected.map(({ uid }) => uid));
    expect(jobs.length).toBeGreaterThan(5);
  });

  test("that are dismissed are not even loaded by the default query", async () => {
    const { bus, ledgers } = await recorded();
    const loaded: string[] = [];
    const shelf: Shelf = {
      ...bus.shelf,
      find: async (view, tag) => {
        const rows = await bus.shelf.find(view, tag);
        loaded.push(...rows.map(({ key }) => key));
        return rows;
      },
    };
    await jobsView({ ...bus, shelf }, world).jobs();
    const open = ledgers.filter(({ group }) => group.jobs.some(({ status }) => status !== "null"));
    expect(new Set(loaded)).toEqual(new Set(open.map(({ gid }) => gid)));
    expect(open.length).toBeLessThan(ledgers.length);
  });

  test("are all of them when all are asked for", async () => {
    const { bus, ledgers } = await recorded();
    const jobs = await jobsView(bus, world).jobs({ all: true });
    const expected = await newestFirst(bus, ledgers);
    expect(jobs.map(({ uid }) => uid)).toEqual(expected.map(({ uid }) => uid));
    expect(jobs.some(({ status }) => status === "null")).toBe(true);
  });

  test.each([
    [{ status: "null" }, (job: Job) => job.status === "null"],
    [{ status: "concluded" }, (job: Job) => job.status === "concluded"],
    [{ all: true, type: "copy" }, (job: Job) => job.type === "copy"],
    [{ all: true, labels: { tier: "gold" } }, (job: Job) => job.labels["tier"] === "gold"],
    [
      { type: "mirror", labels: { tier: "iron" } },
      (job: Job) => job.type === "mirror" && job.labels["tier"] === "iron" && job.status !== "null",
    ],
  ] as const)("can be asked for by %j", async (filter, isWanted) => {
    const { bus, ledgers } = await recorded();
    const expected = (await newestFirst(bus, ledgers)).filter(isWanted);
    const jobs = await jobsView(bus, world).jobs(filter);
    expect(jobs.map(({ uid }) => uid)).toEqual(expected.map(({ uid }) => uid));
    expect(jobs.length).toBeGreaterThan(0);
  });

  test("are found by id, the current incarnation first", async () => {
    const { bus, ledgers } = await recorded();
    const expected = (await newestFirst(bus, ledgers)).filter(({ id }) => id === "backup.0");
    const jobs = await jobsView(bus, world).byId("backup.0");
    expect(jobs.map(({ uid }) => uid)).toEqual(expected.map(({ uid }) => uid));
    expect(jobs.length).toBeGreaterThan(2);
    expect(await jobsView(bus, world).byId("nobody")).toEqual([]);
  });

  test("are found by uid, dismissed or not", async () => {
    const { bus, ledgers } = await recorded();
    const view = jobsView(bus, world);
    for (const { id, uid, status } of await newestFirst(bus, ledgers)) {
      expect(await view.byUid(uid)).toMatchObject({ id, uid, status });
    }
    expect(await view.byUid("gbbbbbbbbbbbbbbbb-1")).toBeUndefined();
  });

  test("that ended since a time come last ended first, and no others", async () => {
    const { bus, ledgers } = await recorded();
    const ends = (await newestFirst(bus, ledgers))
      .map(({ endedAt }) => endedAt)
      .filter((endedAt) => endedAt !== null)
      .toSorted((a, b) => b - a);
    const since = ends[Math.floor(ends.length / 2)] ?? 0;
    const jobs = await jobsView(bus, world).endedSince(since);
    expect(jobs.map((job) => Date.parse(job["ended-at"] ?? ""))).toEqual(
      ends.filter((endedAt) => endedAt >= since),
    );
  });

  test("show the progress that was sampled since the last commit", async () => {
    const { bus } = await recorded();
    const view = jobsView(bus, world);
    const [job] = await view.jobs({ status: "running" });
    if (job === undefined) throw new Error("expected a running job");
    const sample = { epoch: job.epoch, current: 990, total: 1_000, rate: 5, at: nowMs };
    bus.signals.publish(`progress.${job.uid}`, JSON.stringify(sample));
    expect(await view.byUid(job.uid)).toMatchObject({ percent: 99 });
    const [listed] = await view.jobs({ status: "running" });
    expect(listed).toMatchObject({ uid: job.uid, percent: 99 });
    const past = await view.asOf({ timeMs: nowMs });
    expect(await past.byUid(job.uid)).toMatchObject({
      "current-progress": job["current-progress"],
    });
  });

  test("of a group that a newer program wrote on are shown as last known, and flagged", async () => {
    const { bus, ledgers } = await recorded();
    const view = jobsView(bus, world);
    const [before] = await view.jobs();
    const ledger = ledgers.find(({ gid }) => gid === before?.gid);
    await bus.log.append(before?.gid ?? "", (ledger?.rev ?? 0) + 1, '{"v":2}');
    const [after, ...rest] = await view.jobs();
    expect(after).toEqual({ ...before, newer: expect.stringContaining("version 2") });
    expect(rest.every((job) => job.newer === undefined || job.gid === before?.gid)).toBe(true);
    expect(await view.group(before?.gid ?? "")).toMatchObject({ newer: after?.newer });
  });
});

test.each([{ all: true }, { all: false }])("the groups (%j) come newest first", async ({ all }) => {
  const { bus, ledgers } = await recorded();
  const isWanted = (job: Job) => all || job.status !== "null";
  const expected = (await newestFirst(bus, ledgers)).filter(isWanted).map(({ uid }) => gidOf(uid));
  const groups = await jobsView(bus, world).groups({ all });
  expect(groups.map(({ gid }) => gid)).toEqual([...new Set(expected)]);
});

describe("the view as of a moment", () => {
  test("at a position is the view that was live then", async () => {
    const { bus } = await recorded();
    const commits = (await collected(bus.log.readAll())).flat();
    await using replayed = openMemoryBus({ world });
    const live = jobsView(replayed, world);
    const view = jobsView(bus, world);
    for (const { position, gid, rev, text } of commits) {
      await replayed.log.append(gid, rev, text);
      if (position % 37 !== 0) continue;
      const past = await view.asOf({ position });
      expect((await past.jobs()).map(({ uid, status }) => [uid, status])).toEqual(
        (await live.jobs()).map(({ uid, status }) => [uid, status]),
      );
      expect(canonical(await past.stats())).toBe(canonical(await live.stats()));
    }
  });

  test("at a time ends with the last commit that is not later, also when the clock went back", async () => {
    const { bus } = await recorded();
    const commits = (await collected(bus.log.readAll())).flat();
    const times = commits.map(({ text }) => Date.parse((JSON.parse(text) as { at: string }).at));
    const back = times.findIndex((time, index) => time < (times[index - 1] ?? 0));
    expect(back).toBeGreaterThan(0);
    const timeMs = times[back] ?? 0;
    const past = await jobsView(bus, world).asOf({ timeMs });
    expect(await past.catchUp()).toBe(back + 1);
  });

  test("counts durations to that moment", async () => {
    const { bus } = await recorded();
    const view = jobsView(bus, world);
    const [job] = await view.jobs({ status: "running" });
    const started = Date.parse(job?.["started-at"] ?? "");
    const early = await (await view.asOf({ timeMs: nowMs - 1_000 })).byUid(job?.uid ?? "");
    expect(early?.["elapsed-ms"]).toBe((job?.["elapsed-ms"] ?? 0) - 1_000);
    expect(started).toBeLessThan(nowMs);
  });

  test("before the first commit is empty", async () => {
    const { bus } = await recorded();
    const past = await jobsView(bus, world).asOf({ timeMs: 0 });
    expect(await past.jobs({ all: true })).toEqual([]);
  });
});
