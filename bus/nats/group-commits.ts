/**
 * One group's commits: the newest from the leader, so that nothing is missed, and those before it
 * from any replica, since they never change. From the first that is kept every rev is there, once.
 */
import { BusError } from "../bus-error.ts";
import type { Stored } from "../bus.ts";
import type { GroupRevs, Place } from "./group-revs.ts";
import { commitOf, corruptLog, logSubject } from "./log-message.ts";
import type { Names } from "./names.ts";
import type { StoredStream } from "./stored-stream.ts";

/** Commits may be taken out of the log while they are being read, which looks like a gap. */
const triesMax = 3;

export class GroupCommits {
  readonly #stream: StoredStream;
  readonly #names: Names;
  readonly #revs: GroupRevs;

  constructor(stream: StoredStream, names: Names, revs: GroupRevs) {
    this.#stream = stream;
    this.#names = names;
    this.#revs = revs;
  }

  /** The newest commit, by the leader. */
  async last(gid: string): Promise<Stored | undefined> {
    const message = await this.#stream.last(logSubject(this.#names, gid));
    if (message === undefined) {
      this.#revs.forget(gid);
      return undefined;
    }
    const commit = commitOf(this.#names, message);
    this.#revs.believe(gid, { rev: commit.rev, seq: commit.position });
    return commit;
  }

  /** The commits with a rev above `after`. Fails with `corrupt` when revs do not follow each other. */
  async read(gid: string, after: number): Promise<readonly Stored[]> {
    for (let tries = 0; tries < triesMax; tries += 1) {
      const known = tries === 0 ? this.#revs.upTo(gid, after) : undefined;
      const last = await this.last(gid);
      if (last === undefined || last.rev <= after) return [];
      try {
        const commits = await this.#before(last, after, known);
        if (commits !== undefined) return commits;
      } catch (error) {
        const isGap = error instanceof BusError && error.code === "corrupt";
        if (!isGap || tries === triesMax - 1) throw error;
      }
    }
    throw new BusError("unavailable", `${gid}: the group is being taken out of the log`);
  }

  /**
   * Those above `after`, up to `last`, read from `known` on, or else from the first that is kept;
   * undefined: commits were taken out meanwhile.
   */
  async #before(
    last: Stored,
    after: number,
    known: Place | undefined,
  ): Promise<readonly Stored[] | undefined> {
    const subject = logSubject(this.#names, last.gid);
    const commits: Stored[] = [];
    if (last.rev === after + 1) return [last];
    let rev = known?.rev;
    const add = (commit: Stored) => {
      if (rev !== undefined) this.#expectRev(commit, rev + 1);
      rev = commit.rev;
      if (rev > after) commits.push(commit);
    };
    for (let through = known?.seq ?? 0; through < last.position;) {
      if (rev === last.rev - 1) break;
      const slice = await this.#stream.next(through, last.position, subject);
      if (slice.messages.length === 0) return undefined;
      for (const message of slice.messages) {
        if (message.seq < last.position) add(commitOf(this.#names, message));
      }
      through = slice.through;
    }
    add(last);
    return commits;
  }

  #expectRev(commit: Stored, rev: number): void {
    if (commit.rev === rev) return;
    const { gid, position } = commit;
    const what = `${gid}: expected rev ${rev} at message ${position}, found ${commit.rev}`;
    throw corruptLog(this.#names, what, position);
  }
}
