import { expect, test } from "vitest";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import type { Commit } from "../machines/commit.ts";
import type { Ledger } from "../machines/ledger.ts";
import { collected } from "./collected.ts";
import { jobsView } from "./jobs.ts";
import { appendRandomLives } from "./random-lives.ts";

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

function positive(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

async function recorded() {
  const bus = openMemoryBus({ world: realWorld });
  const ledgers = await appendRandomLives(bus.log, { seed: 5, groups: 40, commitsMax: 3_000 });
  return { bus, jobs: ledgers.flatMap((ledger: Ledger) => ledger.group.jobs) };
}

test("stats count what a recount of every job counts", async () => {
  const { bus, jobs } = await recorded();
  const { status, types } = await jobsView(bus, realWorld).stats();
  expect(positive(status)).toEqual(countBy(jobs, (job) => job.status));
  for (const [type, stats] of Object.entries(types)) {
    const ofType = jobs.filter((job) => job.type === type);
    const ended = ofType.filter((job) => job.outcome !== null);
    expect(stats.created).toBe(ofType.length);
    expect(stats.lives).toBe(ofType.filter((job) => job.status === "null").length);
    expect(positive(stats.outcome)).toEqual(countBy(ended, (job) => String(job.outcome)));
    expect(stats.activeMs).toBe(ended.reduce((sum, job) => sum + job.activeMs, 0));
    expect(stats.activeMsMax).toBe(Math.max(...ended.map((job) => job.activeMs)));
  }
  expect(Object.keys(types).toSorted()).toEqual(["copy", "mirror"]);
});

test("stats count the retries and losses that the log tells of", async () => {
  const { bus } = await recorded();
  const facts = (await collected(bus.log.readAll()))
    .flat()
    .flatMap(({ text }) => (JSON.parse(text) as Commit).events);
  const { retries, losses } = await jobsView(bus, realWorld).stats();
  expect(losses).toBe(facts.filter(({ kind }) => kind === "lost").length);
  expect(retries).toBe(facts.filter(({ set }) => (set?.attempt ?? 0) > 1).length);
  expect(losses * retries).toBeGreaterThan(0);
});
