/**
 * Replaying a history: reading every commit of a file bus, checking its chain, and folding it;
 * against reading the same rows and parsing their JSON.
 */
import { realWorld } from "../bus/world.ts";
import { openJobSystem } from "../jobchart.ts";
import { Ledger } from "../machines/ledger.ts";
import { jobsView } from "../projections/jobs.ts";
import { freshFolder } from "./fresh-folder.ts";
import { bestMs, perSecond, rate, ratio, type Figure } from "./figure.ts";
import { live } from "./lives.ts";
import { noop } from "./noop.ts";

const lives = 20_000;

export async function* replayBench(): AsyncGenerator<Figure> {
  using folder = freshFolder();
  const bus = `file:${folder.path}/jobs.db`;
  await using jobs = await openJobSystem({ bus, drivers: [noop], worker: { takes: "own" } });
  await live(jobs, lives);
  let events = 0;
  const rawMs = await bestMs(3, async () => {
    events = 0;
    for await (const batch of jobs.bus.log.readAll()) {
      for (const { text } of batch) events += (JSON.parse(text) as { events: [] }).events.length;
    }
  });
  const replayMs = await bestMs(3, async () => {
    const ledgers = new Map<string, Ledger>();
    for await (const batch of jobs.bus.log.readAll()) {
      for (const { gid, text } of batch) {
        const ledger = ledgers.get(gid) ?? new Ledger(gid);
        ledgers.set(gid, ledger);
        ledger.read(text);
      }
    }
  });
  const viewMs = await bestMs(2, () => jobsView(jobs.bus, realWorld).rebuild());
  const raw = perSecond(events, rawMs);
  const replay = perSecond(events, replayMs);
  const view = perSecond(events, viewMs);
  yield { what: "read + JSON.parse", figure: rate(raw, "events") };
  yield {
    what: "replay: read, check the chain, fold",
    figure: rate(replay, "events"),
    against: `${ratio(replay, raw)} (aim 300,000 events/s)`,
  };
  yield { what: "rebuild the jobs view", figure: rate(view, "events"), against: ratio(view, raw) };
}
