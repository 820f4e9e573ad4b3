/** Every group's commits are dense and chained, every transition is legal, every job has ended. */
import type { Bus } from "../../bus/bus.ts";
import { Ledger } from "../../machines/ledger.ts";
import { mayFollow } from "../../machines/status.ts";

/** Throws when anything of it is not so. */
export async function expectSound({ log }: Pick<Bus, "log">): Promise<void> {
  const ledgers = new Map<string, Ledger>();
  for await (const batch of log.readAll()) {
    for (const { gid, text } of batch) {
      const ledger = ledgers.get(gid) ?? new Ledger(gid);
      ledgers.set(gid, ledger);
      for (const { from, to } of ledger.read(text).events) {
        if (from === undefined || to === undefined || mayFollow(from, to)) continue;
        throw new Error(`${gid} rev ${ledger.rev}: ${from} -> ${to}`);
      }
    }
  }
  for (const { group } of ledgers.values()) {
    const open = group.jobs.find(({ status }) => status !== "concluded" && status !== "null");
    if (open !== undefined) throw new Error(`${open.id} is still ${open.status}`);
  }
}
