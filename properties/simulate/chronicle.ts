/**
 * The chronicle: the log of a simulation as somebody knows it who sees each commit the moment it
 * is stored: every group at every rev, and which request left which commit. The other observers
 * ask it what was so, and when.
 */
import type { Stored } from "../../bus/bus.ts";
import type { Commit } from "../../machines/commit.ts";
import { gidOf } from "../../machines/job-id.ts";
import { Ledger } from "../../machines/ledger.ts";
import { emptyGroup, type Group, type Job } from "../../machines/record.ts";

interface Told {
  readonly ledger: Ledger;
  /** The group at each rev, from 0 on. */
  readonly folds: Group[];
  readonly positions: number[];
  /** The rev that each request left. */
  readonly revs: Map<string, number>;
}

export class Chronicle {
  readonly #groups = new Map<string, Told>();
  readonly #order: { readonly gid: string; readonly rev: number }[] = [];
  readonly #lost = new Set<string>();

  /**
   * Adds a commit that was just stored. Fails with CommitError when it is not the next of its
   * group, or the chain is broken (L1, L5).
   */
  add({ gid, position, text }: Stored): { before: Group; after: Group; commit: Commit } {
    const told = this.#told(gid);
    const before = told.ledger.group;
    const commit = told.ledger.read(text);
    const after = told.ledger.group;
    told.folds.push(after);
    told.positions.push(position);
    if (told.revs.has(commit.cause.id)) {
      throw new Error(`F1 ${gid}: request ${commit.cause.id} has two commits`);
    }
    told.revs.set(commit.cause.id, commit.rev);
    this.#order.push({ gid, rev: commit.rev });
    for (const { kind, uid } of commit.events) {
      const job = before.jobs.find((each) => each.uid === uid);
      if (kind === "lost" && job !== undefined) this.#lost.add(`${job.uid} ${job.epoch}`);
    }
    return { before, after, commit };
  }

  /** Tells from here on only what is in a log that has lost its end. */
  rewind(commits: readonly Stored[]): void {
    this.#groups.clear();
    this.#order.length = 0;
    this.#lost.clear();
    for (const stored of commits) this.add(stored);
  }

  get gids(): readonly string[] {
    return [...this.#groups.keys()];
  }

  /** How many commits there are. */
  get length(): number {
    return this.#order.length;
  }

  rev(gid: string): number {
    return this.#groups.get(gid)?.ledger.rev ?? 0;
  }

  /** The group at a rev; as it stands, by default. */
  group(gid: string, rev = this.rev(gid)): Group {
    return this.#groups.get(gid)?.folds[rev] ?? emptyGroup(gid);
  }

  /** Every group as it was at a position of the log. */
  groupsAt(position: number): readonly Group[] {
    const revs = new Map(this.#order.slice(0, position).map(({ gid, rev }) => [gid, rev]));
    return [...revs].map(([gid, rev]) => this.group(gid, rev));
  }

  position(gid: string, rev: number): number | undefined {
    return this.#groups.get(gid)?.positions[rev - 1];
  }

  /** What the group's ledger says was answered to a request. */
  answered(gid: string, id: string): ReturnType<Ledger["answered"]> {
    return this.#groups.get(gid)?.ledger.answered(id);
  }

  job(uid: string): Job | undefined {
    return this.group(gidOf(uid)).jobs.find((job) => job.uid === uid);
  }

  get jobs(): readonly Job[] {
    return this.gids.flatMap((gid) => this.group(gid).jobs);
  }

  isLost(uid: string, epoch: number): boolean {
    return this.#lost.has(`${uid} ${epoch}`);
  }

  #told(gid: string): Told {
    const known = this.#groups.get(gid);
    if (known !== undefined) return known;
    const ledger = new Ledger(gid);
    const told: Told = { ledger, folds: [ledger.group], positions: [], revs: new Map() };
    this.#groups.set(gid, told);
    return told;
  }
}
