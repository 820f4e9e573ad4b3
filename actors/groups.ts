/**
 * The groups that this process has in hand: each one's ledger, its live actors, and a mailbox, so
 * that one request at a time is decided on it. A bounded cache: groups at rest are dropped, and
 * loaded again from the log when somebody asks.
 */
import type { Log } from "../bus/bus.ts";
import { Ledger } from "../machines/ledger.ts";
import { isEnded } from "../machines/status.ts";
import { LiveGroup, type Inspect } from "./live.ts";

export class GroupInHand {
  readonly ledger: Ledger;
  readonly live: LiveGroup;
  readonly #log: Log;
  #mailbox: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(gid: string, log: Log, inspect: Inspect | undefined) {
    this.ledger = new Ledger(gid);
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

  /** Reads what others have appended since; true when there was something. */
  async catchUp(): Promise<boolean> {
    const { ledger } = this;
    const stored = await this.#log.read(ledger.gid, ledger.rev);
    for (const { text } of stored) {
      const before = ledger.group;
      const { cause } = ledger.read(text);
      this.live.show(cause.verb, before, ledger.group);
    }
    return stored.length > 0;
  }
}

function ignore(): void {}

export class Groups {
  readonly #log: Log;
  readonly #inspect: Inspect | undefined;
  readonly #max: number;
  readonly #inHand = new Map<string, GroupInHand>();

  constructor(log: Log, options: { readonly max: number; readonly inspect: Inspect | undefined }) {
    this.#log = log;
    this.#inspect = options.inspect;
    this.#max = options.max;
  }

  /** Runs `work` on the group, in turn; it may be a group that does not exist yet. */
  async with<T>(gid: string, work: (group: GroupInHand) => Promise<T>): Promise<T> {
    const group = this.#take(gid);
    try {
      return await group.inTurn(() => work(group));
    } finally {
      this.#letGo(gid, group);
    }
  }

  /** How many groups are cached, and how many jobs of theirs are live. */
  get size(): { readonly groups: number; readonly jobs: number } {
    const live = [...this.#inHand.values()].map((group) => group.live.size);
    return { groups: live.length, jobs: live.reduce((sum, jobs) => sum + jobs, 0) };
  }

  /** Forgets a group, for instance because its ledger and the log disagree. */
  drop(gid: string): void {
    this.#inHand.get(gid)?.live.stop();
    this.#inHand.delete(gid);
  }

  #take(gid: string): GroupInHand {
    const known = this.#inHand.get(gid);
    this.#inHand.delete(gid);
    const group = known ?? new GroupInHand(gid, this.#log, this.#inspect);
    this.#inHand.set(gid, group);
    return group;
  }

  #letGo(gid: string, group: GroupInHand): void {
    const { jobs } = group.ledger.group;
    if (group.isIdle && jobs.every(({ status }) => isEnded(status))) this.drop(gid);
    for (const [oldest, other] of this.#inHand) {
      if (this.#inHand.size <= this.#max) break;
      if (other.isIdle) this.drop(oldest);
    }
  }
}
