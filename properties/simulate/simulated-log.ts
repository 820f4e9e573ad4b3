/**
 * The log of the simulated bus: an array that is durable, unless it is told to lose its end, as a
 * server does that acknowledges before it has flushed. Positions that were lost are given again.
 */
import { Bell } from "../../bus/bell.ts";
import type { Log, Stored } from "../../bus/bus.ts";
import { expectNextRev } from "../../bus/conflict.ts";
import { followOn, readToEnd } from "../../bus/follow.ts";
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

  async append(gid: string, rev: number, text: string): Promise<number> {
    this.#life.assertOpen();
    const group = this.#groups.get(gid) ?? [];
    expectNextRev(gid, rev, group.length);
    return this.keep(gid, rev, text).position;
  }

  /** Keeps a commit without asking what the group's last rev is. */
  keep(gid: string, rev: number, text: string): Stored {
    const group = this.#groups.get(gid) ?? [];
    this.#groups.set(gid, group);
    const stored: Stored = { position: this.#commits.length + 1, gid, rev, text };
    this.#commits.push(stored);
    group.push(stored);
    this.onAppend(stored);
    this.#appended.ring();
    return stored;
  }

  async read(gid: string, after = 0): Promise<readonly Stored[]> {
    this.#life.assertOpen();
    return this.#groups.get(gid)?.slice(after) ?? [];
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
    return this.#commits.length;
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
    return this.#commits.slice(after, after + batchRows);
  }
}
