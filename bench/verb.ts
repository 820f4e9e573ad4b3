/**
 * The latency of a verb (set-speed, durable) beside many other jobs at rest: its cost must not
 * grow with them. The baseline is one durable row.
 */
import { DatabaseSync } from "node:sqlite";
import { isRefusal, openJobSystem, type JobSystem } from "../jobchart.ts";
import { freshFolder } from "./fresh-folder.ts";
import type { Figure } from "./figure.ts";
import { live } from "./lives.ts";
import { noop } from "./noop.ts";

const verbs = 500;

export async function* verbBench(): AsyncGenerator<Figure> {
  using folder = freshFolder();
  const bus = `file:${folder.path}/jobs.db`;
  const raw = rawMs(`${folder.path}/raw.db`);
  yield { what: "one durable row", figure: `${raw.toFixed(3)} ms` };
  await using jobs = await openJobSystem({ bus, drivers: [noop], worker: { takes: "own" } });
  let alone = 0;
  for (const others of [0, 10_000, 100_000]) {
    const have = (await jobs.view.stats()).status.concluded ?? 0;
    if (others > have) await live(jobs, others - have, { autoDismiss: false });
    const ms = await verbMs(jobs);
    alone ||= ms;
    yield {
      what: `a verb beside ${others.toLocaleString("en")} concluded jobs`,
      figure: `${ms.toFixed(3)} ms`,
      against: `${(ms / alone).toFixed(2)} of alone, ${(ms / raw).toFixed(1)} of raw`,
    };
  }
}

/** The median of many verbs, one after the other, on one held job. */
async function verbMs(jobs: JobSystem): Promise<number> {
  const reply = await jobs.create({ type: "noop", hold: true });
  if (isRefusal(reply)) throw new Error(reply.refused);
  const uid = reply.group.jobs[0]?.uid ?? "";
  const took: number[] = [];
  for (let speed = 1; speed <= verbs; speed += 1) {
    const start = performance.now();
    await jobs.ask("set-speed", uid, { speed });
    took.push(performance.now() - start);
  }
  await jobs.ask("cancel", uid);
  return median(took);
}

function rawMs(path: string): number {
  using database = new DatabaseSync(path);
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE log (text TEXT)",
  );
  const insert = database.prepare("INSERT INTO log VALUES (?)");
  const took: number[] = [];
  for (let row = 0; row < verbs; row += 1) {
    const start = performance.now();
    insert.run("x".repeat(400));
    took.push(performance.now() - start);
  }
  return median(took);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
