/**
 * Whole lives of a job that does nothing, created, run and ended in one process, every commit
 * durable; against a loop that only builds, hashes and stores texts of the same size.
 */
import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { isRefusal, openJobSystem, type JobSpec, type JobSystem } from "../jobchart.ts";
import { perSecond, rate, ratio, type Figure } from "./figure.ts";
import { freshFolder } from "./fresh-folder.ts";
import { noop } from "./noop.ts";

const lives = 10_000;
const inFlight = 256;

export async function* livesBench(): AsyncGenerator<Figure> {
  using folder = freshFolder();
  const memory = await measure("memory:");
  const file = await measure(`file:${folder.path}/jobs.db`);
  const raw = rawLoop(`${folder.path}/raw.db`, file.commits, file.bytes);
  yield { what: "SQL + JSON + hash alone, as many commits", figure: rate(raw, "lives") };
  yield {
    what: "file bus, every commit durable",
    figure: rate(file.rate, "lives"),
    against: `${ratio(file.rate, raw)} (aim 10,000 lives/s)`,
  };
  yield {
    what: "memory bus",
    figure: rate(memory.rate, "lives"),
    against: ratio(memory.rate, raw),
  };
  const perLife = Math.round(file.bytes / lives);
  yield { what: "history of a life", figure: `${perLife} bytes` };
}

async function measure(url: string) {
  await using jobs = await openJobSystem({ bus: url, drivers: [noop], worker: { takes: "own" } });
  await live(jobs, 2_000);
  const before = await jobs.bus.log.head();
  const start = performance.now();
  await live(jobs, lives);
  const ms = performance.now() - start;
  let commits = 0;
  let bytes = 0;
  for await (const batch of jobs.bus.log.readAll(before)) {
    commits += batch.length;
    for (const { text } of batch) bytes += text.length;
  }
  return { rate: perSecond(lives, ms), commits, bytes };
}

/** Creates and runs as many jobs, and waits until the last has ended. */
export async function live(
  jobs: JobSystem,
  count: number,
  options: Partial<JobSpec> = {},
): Promise<void> {
  const ended = untilEnded(jobs, count, await jobs.bus.log.head());
  let left = count;
  const createSome = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const reply = await jobs.create({ type: "noop", ...options }, { run: true });
      if (isRefusal(reply)) throw new Error(reply.refused);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, createSome));
  await ended;
}

async function untilEnded(jobs: JobSystem, count: number, after: number): Promise<void> {
  let left = count;
  for await (const batch of jobs.bus.log.follow(after, new AbortController().signal)) {
    left -= batch.filter(({ text }) => text.includes('"to":"concluded"')).length;
    if (left === 0) return;
  }
}

/** How many lives a second a loop stores that only makes texts, hashes and a transaction of 64. */
function rawLoop(path: string, commits: number, bytes: number): number {
  using database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.exec(
    "CREATE TABLE log (position INTEGER PRIMARY KEY, gid TEXT, rev INTEGER, text TEXT)",
  );
  const insert = database.prepare("INSERT INTO log (gid, rev, text) VALUES (?, ?, ?)");
  const body = { filling: "x".repeat(Math.round(bytes / commits)) };
  const start = performance.now();
  for (let stored = 0; stored < commits;) {
    database.exec("BEGIN IMMEDIATE");
    for (let more = 0; more < 64 && stored < commits; more += 1, stored += 1) {
      const text = JSON.stringify({ ...body, stored });
      createHash("sha256").update(text).digest("hex");
      insert.run("gabcdefghijklmnop-1", stored, text);
    }
    database.exec("COMMIT");
  }
  return perSecond(lives, performance.now() - start);
}
