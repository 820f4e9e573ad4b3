/**
 * Origins: what a group's first commit, or its summary, tells of all that comes later, the types of its jobs and
 * the trace that they were created in. Those of the groups that spoke last are kept.
 */
import type { Log } from "../bus/bus.ts";
import { CommitError, decode, isSummaryText, type Commit } from "../machines/commit.ts";

export interface Origin {
  /** Of the group's jobs, by uid. */
  readonly types: ReadonlyMap<string, string>;
  readonly traceparent?: string;
}

/** What is kept weighs so much at most: some 10 MB. */
const weightMax = 50_000;

export class Origins {
  readonly #log: Pick<Log, "read">;
  readonly #groups = new Map<string, Origin>();
  #weight = 0;

  constructor(log: Pick<Log, "read">) {
    this.#log = log;
  }

  /** The origin of the commit's group. Fails with CommitError `corrupt` when it has none. */
  async of(commit: Commit): Promise<Origin> {
    const { gid } = commit;
    const known = this.#groups.get(gid);
    const origin = known ?? originIn(await this.#firstOf(commit));
    if (known !== undefined) this.#groups.delete(gid);
    else this.#weight += weightOf(origin);
    this.#groups.set(gid, origin);
    this.#forget();
    return origin;
  }

  /** Lets go of the groups that were silent longest. */
  #forget(): void {
    for (const [gid, origin] of this.#groups) {
      if (this.#weight <= weightMax) return;
      this.#groups.delete(gid);
      this.#weight -= weightOf(origin);
    }
  }

  async #firstOf(commit: Commit): Promise<Commit> {
    if (commit.rev === 1) return commit;
    const [first] = await this.#log.read(commit.gid);
    const where = `group ${commit.gid} rev 1`;
    const isThere = first !== undefined && (first.rev === 1 || isSummaryText(first.text));
    if (!isThere) throw new CommitError("corrupt", `${where}: is missing`);
    return decode(first.text, where);
  }
}

/** One, and one for each of its jobs. */
function weightOf({ types }: Origin): number {
  return 1 + types.size;
}

function originIn({ events, cause }: Commit): Origin {
  const types = new Map<string, string>();
  for (const { uid, set, pruned } of events) {
    if (uid !== undefined && set?.type !== undefined) types.set(uid, set.type);
    for (const job of pruned?.jobs ?? []) types.set(job.uid, job.type);
  }
  const { traceparent } = cause;
  return traceparent === undefined ? { types } : { types, traceparent };
}
