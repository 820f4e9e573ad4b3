import { beforeEach, expect, test } from "vitest";
import type { Bus, FeedEntry, Log, Stored } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import { decode } from "../machines/commit.ts";
import { feedEntries } from "./feed-entry.ts";
import { Origins } from "./origins.ts";
import { expectOwnFeed } from "./own-feed.ts";
import { appendRandomLives } from "./random-lives.ts";

const plan = { seed: 21, groups: 16, commitsMax: 900 };
const refused = { code: "corrupt", message: /the feed is not this log's: .*written anew/ };

let bus: Bus;
let last: FeedEntry;
beforeEach(async () => {
  bus = openMemoryBus({ world: realWorld });
  await appendRandomLives(bus.log, plan);
  last = await lastEntryOf(bus);
});

async function lastEntryOf({ log, generation }: Bus): Promise<FeedEntry> {
  const origins = new Origins(log);
  const entries: FeedEntry[] = [];
  for await (const batch of log.readAll()) {
    for (const stored of batch) {
      const commit = decode(stored.text, stored.gid);
      const origin = await origins.of(commit);
      entries.push(...feedEntries(stored, commit, { origin, generation }));
    }
  }
  const entry = entries.at(-1);
  if (entry === undefined) throw new Error("no change of status");
  return entry;
}

/** A log of those commits alone that pass, changed. */
function logOf(
  log: Log,
  passes: (stored: Stored) => boolean,
  change: (stored: Stored) => Stored = (stored) => stored,
): Log {
  const some = (batch: readonly Stored[]) => batch.filter(passes).map(change);
  return {
    ...log,
    read: async (gid, after) => some(await log.read(gid, after)),
    async *readAll(after) {
      for await (const batch of log.readAll(after)) yield some(batch);
    },
  };
}

function allReady({ text, ...rest }: Stored): Stored {
  return { ...rest, text: text.replaceAll(/"to":"\w+"/g, '"to":"ready"') };
}

test("the feed of a log is its own, and stays so while the log grows", async () => {
  await expect(expectOwnFeed(bus, last)).resolves.toBeUndefined();
  await appendRandomLives(bus.log, { ...plan, seed: 3 });
  await expect(expectOwnFeed(bus, last)).resolves.toBeUndefined();
});

test("the feed of another generation is refused, as it is after a restore", async () => {
  await expect(expectOwnFeed({ ...bus, generation: "b" }, last)).rejects.toMatchObject(refused);
  await expect(expectOwnFeed(bus, { ...last, headers: {} })).rejects.toMatchObject(refused);
});

test("a feed is refused when the log has another commit in the place where it ends", async () => {
  const { log } = openMemoryBus({ world: realWorld });
  await appendRandomLives(log, { seed: 4, groups: 1, commitsMax: 1 });
  await appendRandomLives(log, plan);
  await expect(expectOwnFeed({ ...bus, log }, last)).rejects.toMatchObject(refused);
});

test("a feed is refused when another group's commit is in the place where it ends", async () => {
  const { log } = openMemoryBus({ world: realWorld });
  await appendRandomLives(log, { ...plan, seed: 5 });
  await expect(expectOwnFeed({ ...bus, log }, last)).rejects.toMatchObject(refused);
});

test("a feed is refused when the commit where it ends tells of other changes", async () => {
  const log = logOf(bus.log, () => true, allReady);
  await expect(expectOwnFeed({ ...bus, log }, last)).rejects.toMatchObject(refused);
});

test("a feed is refused when the log ends before it", async () => {
  const before = last.position - 1;
  const kept = logOf(bus.log, ({ position }) => position <= before);
  const log = { ...kept, head: async () => before };
  await expect(expectOwnFeed({ ...bus, log }, last)).rejects.toMatchObject(refused);
});

test("a feed is its log's own although the log has forgotten the group where it ends", async () => {
  const log = logOf(bus.log, ({ gid }) => !last.data.includes(gid));
  await expect(expectOwnFeed({ ...bus, log }, last)).resolves.toBeUndefined();
});

test("an entry that tells no change of status is refused", async () => {
  for (const data of ["", "{}", "null", '{"group":1}']) {
    await expect(expectOwnFeed(bus, { ...last, data })).rejects.toMatchObject({
      code: "corrupt",
      message: /expected a status change/,
    });
  }
});
