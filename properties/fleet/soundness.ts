/** What has to hold of a fleet's log and feed, whatever was killed while they were written. */
import { expect, vi } from "vitest";
import type { Bus } from "../../bus/bus.ts";
import { Ledger } from "../../machines/ledger.ts";
import type { Verdict } from "../conform/verdict.ts";
import { judgeLog } from "../judge-log.ts";
import { changesOf, feedOf } from "../relays/feed-of.ts";
import { writtenBy } from "./command-storm.ts";
import { deedsIn } from "./traced.ts";

/** The verdict on a log that is whole; compared as a whole, so that another one is told in full. */
export const conforming = {
  verdict: "conforms",
  jobs: expect.any(Number),
  events: expect.any(Number),
  skipped: 0,
};

const patience = { timeout: 30_000, interval: 50 };

/**
 * What was acknowledged is in the log, once, and where it was said to be; and the feed tells every
 * status change once, in order. Resolves with the verdict on the log. `accepted`: the position that
 * was replied to each command, by its id.
 */
export async function judgeAcknowledged(
  bus: Bus,
  accepted: ReadonlyMap<string, number>,
): Promise<Verdict> {
  const written = await writtenBy(bus);
  const places = [...accepted.keys()].map((id) => [id, written.get(id)]);
  expect(places).toEqual([...accepted].map(([id, position]) => [id, [position]]));
  const changes = await changesOf(bus.log);
  await vi.waitFor(async () => expect(await feedOf(bus.outlet)).toEqual(changes), patience);
  return judgeLog(bus);
}

/** The groups have ended, and each was committed whole or not at all. `traces`: what drivers did. */
export async function expectWhole(bus: Bus, traces: readonly string[]): Promise<void> {
  const ends = new Set(
    (await outcomesIn(bus)).map((outcomes) => [...new Set(outcomes)].join(" and ")),
  );
  expect(["success", "cancelled"]).toEqual(expect.arrayContaining([...ends]));
  const mixed = traces.filter((trace) => {
    const kinds = new Set(deedsIn(trace).map(({ what }) => what));
    return kinds.has("commit") && kinds.has("abort");
  });
  expect(mixed).toEqual([]);
}

/** How the members of each group ended. */
async function outcomesIn({ log }: Pick<Bus, "log">): Promise<readonly (string | null)[][]> {
  const ledgers = new Map<string, Ledger>();
  for await (const batch of log.readAll()) {
    for (const { gid, text } of batch) {
      const ledger = ledgers.get(gid) ?? new Ledger(gid);
      ledgers.set(gid, ledger);
      ledger.read(text);
    }
  }
  return [...ledgers.values()].map(({ group }) => group.jobs.map(({ outcome }) => outcome));
}
