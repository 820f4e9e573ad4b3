/**
 * The last look: at the end each view must be what a view says that is built anew (L4), and the
 * feed must be the log's, whole and in order (E10).
 */
import { isDeepStrictEqual } from "node:util";
import type { FeedEntry } from "../../bus/bus.ts";
import { CommitError, decode } from "../../machines/commit.ts";
import { feedEntries } from "../../projections/feed-entry.ts";
import type { Opened } from "./member.ts";
import type { Simulation } from "./simulation.ts";
import { askView } from "./views.ts";

/** Asks the view, and one that is built anew from the first commit. */
export async function checkView(simulation: Simulation, opened: Opened): Promise<void> {
  await askView(simulation, opened);
  const kept = await opened.view.jobs({ all: true });
  await opened.view.rebuild();
  if (isDeepStrictEqual(await opened.view.jobs({ all: true }), kept)) return;
  simulation.break(`L4 ${opened.life.name}'s view, built anew, is another one`);
}

/** Whoever looks at a group whose chain is broken must be told so (L1). */
export async function checkDamage(simulation: Simulation, { life, system }: Opened): Promise<void> {
  for (const gid of simulation.loss.damaged) {
    try {
      await system.desk.look(gid);
      simulation.break(`L1 ${life.name} saw nothing of the broken chain of ${gid}`);
    } catch (error) {
      if (!(error instanceof CommitError)) throw error;
    }
  }
}

/** Waits until somebody has relayed all of it; resolves at once when nobody relays. */
export async function checkFeed(simulation: Simulation): Promise<void> {
  const relaying = simulation.members.find(({ role }) => role.relays)?.opened;
  if (relaying === undefined) return;
  const wanted = feedOf(simulation);
  let found: readonly FeedEntry[] = [];
  for (let tries = 0; tries < feedTriesMax && found.length < wanted.length; tries += 1) {
    await relaying.life.world.sleep(feedWaitMs);
    found = [];
    for await (const entry of simulation.bus.outlet.read(0)) found = [...found, entry];
  }
  if (isDeepStrictEqual(found, wanted)) return;
  simulation.break(`E10 the feed has ${found.length} entries, the log makes ${wanted.length}`);
}

/** A relay that was frozen when all became well has first to thaw. */
const feedTriesMax = 60;
const feedWaitMs = 500;

function feedOf({ bus, chronicle }: Simulation): readonly FeedEntry[] {
  const types = new Map(chronicle.jobs.map(({ uid, type }) => [uid, type]));
  return bus.log.commits.flatMap((stored) =>
    feedEntries(stored, decode(stored.text, stored.gid), {
      origin: { types },
      generation: bus.generation,
    }),
  );
}
