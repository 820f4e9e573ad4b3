/**
 * Names are values, and values can be lost while the log is not: then every id and resource is its
 * last holder's again, as the log has it, before anybody is served.
 */
import type { Bus, Log } from "../bus/bus.ts";
import { CommitError } from "../machines/commit.ts";
import { Ledger } from "../machines/ledger.ts";
import { lastHolders } from "./last-holders.ts";
import type { Names } from "./names.ts";

/** Names the history whose names stand beside it; gone when they are. */
const key = "names-of";

/** Takes the names of the whole log again, unless they are there. To be done twice does no harm. */
export async function regainNames(
  { log, values, generation }: Pick<Bus, "log" | "values" | "generation">,
  names: Pick<Names, "takeAgain">,
): Promise<void> {
  if ((await values.get(key))?.value === generation) return;
  const ledgers = await ledgersOf(log);
  const groups = [...ledgers.values()].map(({ group }) => group);
  for (const { gid, drafts } of lastHolders(groups)) {
    await names.takeAgain(gid, ledgers.get(gid)?.rev ?? 1, drafts);
  }
  await values.put(key, generation);
}

/** In the order of their creation. A group that cannot be read has no names: nobody can ask for it. */
async function ledgersOf(log: Pick<Log, "readAll">): Promise<ReadonlyMap<string, Ledger>> {
  const ledgers = new Map<string, Ledger>();
  const damaged = new Set<string>();
  for await (const batch of log.readAll()) {
    for (const { gid, text } of batch) {
      if (damaged.has(gid)) continue;
      const ledger = ledgers.get(gid) ?? new Ledger(gid);
      ledgers.set(gid, ledger);
      try {
        ledger.read(text);
      } catch (error) {
        if (!(error instanceof CommitError)) throw error;
        damaged.add(gid);
        ledgers.delete(gid);
      }
    }
  }
  return ledgers;
}
