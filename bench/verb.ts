/**
 * The latency of a verb (set-speed, durable) beside many other jobs at rest: its cost must not
 * grow with them. The baseline is one durable row, measured in turn with the verb: a disk's mood
 * changes within seconds.
 */
import { DatabaseSync } from "node:sqlite";
import { isRefusal, openJobSystem, type JobSystem } from "../jobchart.ts";
import { freshFolder } from "./fresh-folder.ts";
import { median, type Figure } from "./figure.ts";
import { live } from "./lives.ts";
import { noop } from "./noop.ts";

const verbs = 1_000;

export async function* verbBench(): AsyncGenerator<Figure> {
  using folder = freshFolder();
  const bus = `file:${folder.path}/jobs.db`;
  using database = new DatabaseSync(`${folder.path}/raw.db`);
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE log (text TEXT)",
  );
  const row = database.prepare("INSERT INTO log VALUES (?)");
  await using jobs = await openJobSystem({ bus, drivers: [noop], worker: { takes: "own" } });
  let alone = 0;
  for (const others of [0, 10_000, 100_000]) {
    const have = (await jobs.view.stats()).status.concluded ?? 0;
    if (others > have) await live(jobs, others - have, { autoDismiss: false });
    const { verbMs, rawMs } = await measure(jobs, () => row.run("x".repeat(400)));
    const ofRaw = verbMs / rawMs;
    alone ||= ofRaw;
    yield {
      what: `a verb beside ${others.toLocaleString("en")} concluded jobs`,
      figure: `${verbMs.toFixed(3)} ms`,
      against: `${ofRaw.toFixed(1)} durable rows, ${(ofRaw / alone).toFixed(2)} of alone`,
    };
  }
}

/** The medians of many verbs on one held job, and of as many rows, in turn. */
async function measure(
  jobs: JobSystem,
  writeRow: () => void,
): Promise<{ readonly verbMs: number; readonly rawMs: number }> {
  const reply = await jobs.create({ type: "noop", hold: true });
  if (isRefusal(reply)) throw new Error(reply.refused);
  const uid = reply.group.jobs[0]?.uid ?? "";
  const [verb, raw]: [number[], number[]] = [[], []];
  for (let speed = 1; speed <= verbs; speed += 1) {
    const start = performance.now();
    await jobs.ask("set-speed", uid, { speed });
    const between = performance.now();
    writeRow();
    verb.push(between - start);
    raw.push(performance.now() - between);
  }
  await jobs.ask("cancel", uid);
  return { verbMs: median(verb), rawMs: median(raw) };
}
