/**
 * The groups that this process has in hand: each one's ledger, its live actors, and a mailbox, so
 * that one request at a time is decided on it. A bounded cache: groups at rest are dropped, and
 * loaded again from the log when somebody asks.
 */
import type { Log, Stored } from "../bus/bus.ts";
import { CommitError, isSummaryText } from "../machines/commit.ts";
import { Ledger } from "../machines/ledger.ts";
import { isEnded } from "../machines/status.ts";
import { memberOf } from "./commands.ts";
import { LiveGroup, type Inspect } from "./live.ts";
import type { Standing } from "./names.ts";
import { RecentReplies } from "./recent-replies.ts";
import { expectCommitOf, WentBack } from "./went-back.ts";

interface Shared {
  readonly inspect: Inspect | undefined;
  readonly replies: RecentReplies;
}

export class GroupInHand {
  readonly ledger: Ledger;
  readonly live: LiveGroup;
  readonly replies: RecentReplies;
  readonly #log: Log;
  #mailbox: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(gid: string, log: Log, { inspect, replies }: Shared) {
    this.ledger = new Ledger(gid);
    this.replies = replies;
    this.live = new LiveGroup(inspect);
    this.#log = log;
  }

  get isIdle(): boolean {
    return this.#waiting === 0;
  }

  /** Runs `work` when all that was asked before is done. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const turn = this.#mailbox.then(work, work);
    this.#mailbox = turn.then(ignore, ignore);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  /**
   * Reads what others have appended since; true when there was something. The last commit that is
   * known is read again, to be recognised: fails with WentBack when it is gone (other than for a
   * summary of all), or another one; with CommitError at what cannot be read, or does not fit on the
   * one before it.
   */
  async catchUp(): Promise<boolean> {
    const { ledger } = this;
    const stored = await this.#log.read(ledger.gid, Math.max(0, ledger.rev - 1));
    const [first] = stored;
    const isPruned = first !== undefined && first.rev > ledger.rev && isSummaryText(first.text);
    const known = ledger.rev === 0 || isPruned ? 0 : 1;
    if (known === 1) this.#expectLast(first);
    const news = stored.slice(known);
    for (const each of news) this.#read(each);
    return news.length > 0;
  }

  /**
   * Takes in what the log is followed to hold, if it is what comes next: who asks this process need
   * not find out at the append that others were first. What does not fit is `catchUp`'s to meet.
   */
  async hear(stored: Stored): Promise<void> {
    if (stored.rev !== this.ledger.rev + 1) return;
    await this.inTurn(async () => {
      if (stored.rev !== this.ledger.rev + 1) return;
      try {
        this.#read(stored);
      } catch (error) {
        if (!(error instanceof CommitError)) throw error;
      }
    });
  }

  #read({ text, position }: Stored): void {
    const { ledger } = this;
    const before = ledger.group;
    const { cause, rev } = ledger.read(text);
    this.live.show(cause.verb, before, ledger.group);
    // A creation may have been undone in the commit that made it: its reply is in neither alone.
    if (cause.verb === "create") return;
    const { gid, group } = ledger;
    this.replies.keep(gid, cause.id, { gid, rev, position, group });
  }

  #expectLast(found: Stored | undefined): void {
    const { gid, rev } = this.ledger;
    if (found !== undefined && this.ledger.isLast(found.text)) return;
    if (found !== undefined) expectCommitOf({ gid, rev }, found.text);
    const what = found ? "another commit" : "its end";
    throw new WentBack(`group ${gid} rev ${rev} is gone, found ${what}`);
  }
}

function ignore(): void {}

function standingIn({ rev, group }: Ledger, uid: string): Standing {
  const isPruned = group.pruned?.jobs.some((job) => job.uid === uid) === true;
  return { rev, job: memberOf(group, uid), isPruned };
}

export class Groups {
  readonly #log: Log;
  readonly #shared: Shared;
  readonly #max: number;
  readonly #inHand = new Map<string, GroupInHand>();
  #stopped: WentBack | undefined;

  constructor(log: Log, options: { readonly max: number; readonly inspect: Inspect | undefined }) {
    this.#log = log;
    this.#shared = { inspect: options.inspect, replies: new RecentReplies() };
    this.#max = options.max;
  }

  /** Works on no group any more: from here on everybody who asks is told why. */
  stop(why: WentBack): void {
    this.#stopped ??= why;
  }

  /**
   * Runs `work` on the group, in turn; it may be a group that does not exist yet. A log that went
   * backwards cannot be written on: once that was noticed, all work fails. A group whose own
   * commits are damaged fails alone.
   */
  async with<T>(gid: string, work: (group: GroupInHand) => Promise<T>): Promise<T> {
    if (this.#stopped !== undefined) throw this.#stopped;
    const group = this.#take(gid);
    try {
      return await group.inTurn(() => work(group));
    } catch (error) {
      if (error instanceof WentBack) this.stop(error);
      throw error;
    } finally {
      this.#letGo(gid, group);
    }
  }

  /**
   * As `with`, but it does not wait for who works on that group, who may be waiting for the same of
   * another: it works on the group as the log has it.
   */
  async beside<T>(gid: string, work: (group: GroupInHand) => Promise<T>): Promise<T> {
    if (this.#inHand.get(gid)?.isIdle !== false) return this.with(gid, work);
    const { replies } = this.#shared;
    const group = new GroupInHand(gid, this.#log, { inspect: undefined, replies });
    try {
      return await work(group);
    } finally {
      group.live.stop();
    }
  }

  /** How far a group has come, and how one job of it stands; asked beside who works on it. */
  async standing(gid: string, uid: string): Promise<Standing> {
    return this.beside(gid, async (group) => {
      await group.catchUp();
      return standingIn(group.ledger, uid);
    });
  }

  /** How many groups are cached, and how many jobs of theirs are live. */
  get size(): { readonly groups: number; readonly jobs: number } {
    const live = [...this.#inHand.values()].map((group) => group.live.size);
    return { groups: live.length, jobs: live.reduce((sum, jobs) => sum + jobs, 0) };
  }

  /** Takes in a commit that was followed, where its group is in hand. */
  hear(stored: Stored): void {
    const group = this.#inHand.get(stored.gid);
    if (group !== undefined) void group.hear(stored).then(() => this.#letGo(stored.gid, group));
  }

  /** Forgets a group, for instance because its ledger and the log disagree. */
  drop(gid: string): void {
    this.#inHand.get(gid)?.live.stop();
    this.#inHand.delete(gid);
  }

  #take(gid: string): GroupInHand {
    const known = this.#inHand.get(gid);
    this.#inHand.delete(gid);
    const group = known ?? new GroupInHand(gid, this.#log, this.#shared);
    this.#inHand.set(gid, group);
    return group;
  }

  #letGo(gid: string, group: GroupInHand): void {
    const { jobs } = group.ledger.group;
    const isAtRest = group.isIdle && jobs.every(({ status }) => isEnded(status));
    if (isAtRest && this.#inHand.get(gid) === group) this.drop(gid);
    for (const [oldest, other] of this.#inHand) {
      if (this.#inHand.size <= this.#max) break;
      if (other.isIdle) this.drop(oldest);
    }
  }
}
