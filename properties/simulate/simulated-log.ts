/**
 * The log of the simulated bus: an array that is durable, unless it is told to lose its end, as a
 * server does that acknowledges before it has flushed. Positions that were lost are given again.
 */
import { Bell } from "../../bus/bell.ts";
import type { Log, Stored } from "../../bus/bus.ts";
import { expectLastRev } from "../../bus/conflict.ts";
import { followOn, indexAfter, readToEnd } from "../../bus/follow.ts";
import type { Lifetime } from "../../bus/lifetime.ts";

const batchRows = 1_000;

export class SimulatedLog implements Log {
  /** Hears of each commit the moment it is stored. */
  onAppend: (stored: Stored) => void = () => {};
  readonly #life: Lifetime;
  readonly #groups = new Map<string, Stored[]>();
  readonly #appended = new Bell();
  #commits: Stored[] = [];

  constructor(life: Lifetime) {
    this.#life = life;
  }

  get commits(): readonly Stored[] {
    return this.#commits;
  }

  async append(gid: string, rev: number, text: string, last = rev - 1): Promise<number> {
    this.#life.assertOpen();
    const group = this.#groups.get(gid) ?? [];
    expectLastRev(gid, last, group.at(-1)?.rev ?? 0);
    return this.keep(gid, rev, text).position;
  }

  /** Keeps a commit without asking what the group's last rev is. */
  keep(gid: string, rev: number, text: string): Stored {
    const group = this.#groups.get(gid) ?? [];
    this.#groups.set(gid, group);
    const stored: Stored = { position: (this.#commits.at(-1)?.position ?? 0) + 1, gid, rev, text };
    this.#commits.push(stored);
    group.push(stored);
    this.onAppend(stored);
    this.#appended.ring();
    return stored;
  }

  async read(gid: string, after = 0): Promise<readonly Stored[]> {
    this.#life.assertOpen();
    return this.#groups.get(gid)?.filter(({ rev }) => rev > after) ?? [];
  }

  readAll(after = 0): AsyncIterable<readonly Stored[]> {
    return readToEnd((position) => this.#next(position), after);
  }

  follow(after: number, signal: AbortSignal): AsyncIterable<readonly Stored[]> {
    const either = AbortSignal.any([signal, this.#life.closing]);
    return followOn((position) => this.#next(position), this.#appended, after, either);
  }

  async head(): Promise<number> {
    this.#life.assertOpen();
    return this.#commits.at(-1)?.position ?? 0;
  }

  async forget(gid: string, position: number): Promise<void> {
    this.#life.assertOpen();
    const group = this.#groups.get(gid) ?? [];
    const left = group.filter((each) => each.position >= position || each === group.at(-1));
    this.#groups.set(gid, left);
    this.#commits = this.#commits.filter((each) => each.gid !== gid || left.includes(each));
  }

  /** Forgets its last `count` commits, acknowledged or not, and returns them. */
  lose(count: number): readonly Stored[] {
    const lost = this.#commits.slice(Math.max(0, this.#commits.length - count));
    this.#commits = this.#commits.slice(0, this.#commits.length - lost.length);
    for (const { gid } of lost) this.#groups.get(gid)?.pop();
    return lost;
  }

  async #next(after: number): Promise<readonly Stored[]> {
    this.#life.assertOpen();
    const from = indexAfter(this.#commits, after);
    return this.#commits.slice(from, from + batchRows);
  }
}
