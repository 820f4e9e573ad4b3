/**
 * The relay: carries the log's status changes into the feed, in log order, each exactly once. It
 * keeps nothing of its own: the feed's last entry says where to go on, and every append expects
 * the feed to end there. Of two relays one is refused, and reads on from what the other wrote.
 */
import { BusError } from "../bus/bus-error.ts";
import type { FeedEntry, Log, Outlet, Stored } from "../bus/bus.ts";
import { decode, type Commit } from "../machines/commit.ts";
import { feedEntries } from "./feed-entry.ts";

type Source = Pick<Log, "read" | "follow">;

/**
 * Relays until `signal` aborts.
 *
 * Fails with CommitError `newer` or `corrupt` at a commit that it cannot read, for a feed with a
 * hole is worse than a late one; and with the BusError of a bus that is gone.
 */
export async function relay(log: Source, outlet: Outlet, signal: AbortSignal): Promise<void> {
  const types = new JobTypes(log);
  while (!signal.aborted) await relayUntilOvertaken(log, outlet, types, signal);
}

async function relayUntilOvertaken(
  log: Source,
  outlet: Outlet,
  types: JobTypes,
  signal: AbortSignal,
): Promise<void> {
  let { head, last } = await outlet.head();
  const after = last === undefined ? 0 : last.position - 1;
  for await (const batch of log.follow(after, signal)) {
    const entries = (await entriesOf(batch, types)).filter((entry) => isAfter(entry, last));
    if (entries.length === 0) continue;
    try {
      head = await outlet.append(entries, head);
    } catch (error) {
      if (error instanceof BusError && error.code === "conflict") return;
      throw error;
    }
  }
}

async function entriesOf(batch: readonly Stored[], types: JobTypes): Promise<readonly FeedEntry[]> {
  const entries: FeedEntry[] = [];
  for (const stored of batch) {
    const commit = decode(stored.text, `group ${stored.gid} rev ${stored.rev}`);
    entries.push(...feedEntries(stored, commit, await types.of(commit)));
  }
  return entries;
}

function isAfter({ position, index }: FeedEntry, last: FeedEntry | undefined): boolean {
  if (last === undefined || position > last.position) return true;
  return position === last.position && index > last.index;
}

const groupsMax = 10_000;

/** The types of the jobs of the groups that spoke last; a group's first commit names them. */
class JobTypes {
  readonly #log: Pick<Log, "read">;
  readonly #groups = new Map<string, ReadonlyMap<string, string>>();

  constructor(log: Pick<Log, "read">) {
    this.#log = log;
  }

  async of(commit: Commit): Promise<ReadonlyMap<string, string>> {
    const types = this.#groups.get(commit.gid) ?? typesIn(await this.#creationOf(commit));
    this.#groups.delete(commit.gid);
    this.#groups.set(commit.gid, types);
    const [oldest] = this.#groups.keys();
    if (this.#groups.size > groupsMax && oldest !== undefined) this.#groups.delete(oldest);
    return types;
  }

  async #creationOf(commit: Commit): Promise<Commit> {
    if (commit.rev === 1) return commit;
    const [first] = await this.#log.read(commit.gid);
    return first === undefined ? commit : decode(first.text, `group ${first.gid} rev 1`);
  }
}

function typesIn({ events }: Commit): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const { uid, set } of events) {
    if (uid !== undefined && set?.type !== undefined) types.set(uid, set.type);
  }
  return types;
}
