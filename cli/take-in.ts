/**
 * Taking in a log: a file's commits into a bus that is empty, or holds the first of them already,
 * as it does when an earlier attempt was interrupted. In the file's order, and compared with it
 * afterwards; then ids and resources are the jobs' again.
 */
import { Desk } from "../actors/desk.ts";
import { BusError } from "../bus/bus-error.ts";
import type { Bus } from "../bus/bus.ts";
import { realWorld } from "../bus/world.ts";
import { appendInOrder } from "./append-in-order.ts";
import { lastHolders } from "../actors/last-holders.ts";
import type { Entry, LogFile } from "./log-file.ts";
import { expectNoNode, expectNoWorker } from "./nobody-there.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Takes it in; resolves with how many commits were new. Fails with UsageError, and nothing done,
 * when the bus holds something else or somebody is at work on it; with BusError when it goes wrong
 * on the way: the same again goes on from there.
 */
export async function takeIn(bus: Bus, file: LogFile): Promise<number> {
  const { entries } = file;
  const there = await countOf(bus, entries);
  if (there === undefined) {
    throw new UsageError(`${bus.url}: holds jobs already, of another history; name an empty bus`);
  }
  if (there === 0 && (await bus.log.head()) > 0) {
    throw new UsageError(
      `${bus.url}: its log was emptied, and what else it holds is of the time before; ` +
        "'restore --replace' makes it new",
    );
  }
  const missing = entries.slice(there);
  if (missing.length > 0) {
    await expectNoNode(bus);
    await expectNoWorker(bus);
  }
  await appendInOrder(bus.log, missing);
  if ((await countOf(bus, entries)) !== entries.length) {
    throw new BusError(
      "corrupt",
      `${bus.url}: does not hold what was written to it, in that order: is somebody else writing? ` +
        "Nothing is to be done with it; begin anew with an empty bus",
    );
  }
  await takeNames(bus, file);
  return missing.length;
}

/** How many commits the bus holds, if they are the first of the entries; undefined if not. */
async function countOf({ log }: Bus, entries: readonly Entry[]): Promise<number | undefined> {
  let count = 0;
  for await (const batch of log.readAll()) {
    for (const { gid, rev, text } of batch) {
      const entry = entries[count];
      if (entry?.gid !== gid || entry.rev !== rev || entry.text !== text) return undefined;
      count += 1;
    }
  }
  return count;
}

async function takeNames(bus: Bus, { entries, groups }: LogFile): Promise<void> {
  const revs = new Map(entries.map(({ gid, rev }) => [gid, rev]));
  const desk = new Desk({
    bus,
    world: realWorld,
    groupsMax: 1,
    inspect: undefined,
    carryOut: () => undefined,
  });
  for (const { gid, drafts } of lastHolders(groups)) {
    const refused = await desk.names.takeAgain(gid, revs.get(gid) ?? 1, drafts);
    if (refused !== undefined) throw new Error(`group ${gid}: ${refused.refused}`);
  }
}
