/**
 * What a feed must hold, read from the log and not by way of the relay, and what it holds.
 */
import type { FeedEntry, Log, Outlet, Stored } from "../../bus/bus.ts";
import type { Commit } from "../../machines/commit.ts";

/** Every status change of the log, in its order: `12.0 running`. */
export async function changesOf(log: Pick<Log, "readAll">): Promise<readonly string[]> {
  const changes: string[] = [];
  for await (const batch of log.readAll()) changes.push(...batch.flatMap(changesIn));
  return changes;
}

function changesIn({ position, text }: Stored): readonly string[] {
  return (JSON.parse(text) as Commit).events.flatMap(({ kind, to }, index) =>
    kind === "status" ? [`${position}.${index} ${to}`] : [],
  );
}

/** Every entry of the feed, in its order, as changesOf says them. */
export async function feedOf(outlet: Pick<Outlet, "read">): Promise<readonly string[]> {
  const entries: string[] = [];
  for await (const entry of outlet.read(0)) entries.push(entryText(entry));
  return entries;
}

function entryText({ position, index, subject }: FeedEntry): string {
  return `${position}.${index} ${subject.split(".").at(-1)}`;
}
