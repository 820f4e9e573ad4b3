/**
 * A log, read along while a system writes it: every commit is judged as it comes, and what each
 * group was at each rev is remembered, to hold replies against.
 */
import type { Bus } from "../../bus/bus.ts";
import { decode, type Commit } from "../../machines/commit.ts";
import { decide } from "../../machines/lifecycle.ts";
import type { Group } from "../../machines/record.ts";
import { Divergence } from "../conform/divergence.ts";
import { OwnGroup } from "../conform/own-group.ts";

/** A commit, and the group as it left it. */
export interface Written {
  readonly commit: Commit;
  readonly position: number;
  readonly before: Group;
  readonly after: Group;
}

interface Watched {
  readonly judge: OwnGroup;
  readonly written: Written[];
}

export class WatchedLog {
  readonly #groups = new Map<string, Watched>();
  #position = 0;
  #reading: Promise<void> = Promise.resolve();

  /** How far it was read. */
  get position(): number {
    return this.#position;
  }

  /** Reads what is new; fails, with the commit's place, at the first that breaks the lifecycle. */
  catchUp(bus: Pick<Bus, "log">): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read(bus));
    return this.#reading;
  }

  async #read({ log }: Pick<Bus, "log">): Promise<void> {
    for await (const batch of log.readAll(this.#position)) {
      for (const { position, gid, rev, text } of batch) {
        const where = `the log, group ${gid} rev ${rev}`;
        const commit = decode(text, where);
        const group = this.#groups.get(gid) ?? { judge: new OwnGroup(gid, decide), written: [] };
        this.#groups.set(gid, group);
        const before = group.judge.group;
        this.#judge(group, commit, { text, position, where });
        group.written.push({ commit, position, before, after: group.judge.group });
        this.#position = position;
      }
    }
  }

  /** The commits of a group with a rev from `first` on. */
  since(gid: string, first: number): readonly Written[] {
    return this.#groups.get(gid)?.written.slice(Math.max(0, first - 1)) ?? [];
  }

  at(gid: string, rev: number): Written | undefined {
    return this.#groups.get(gid)?.written[rev - 1];
  }

  /** The rev of the group's last commit. */
  rev(gid: string): number {
    return this.#groups.get(gid)?.written.length ?? 0;
  }

  #judge(
    { judge }: Watched,
    commit: Commit,
    { text, position, where }: { text: string; position: number; where: string },
  ): void {
    try {
      judge.judge(commit, text, position);
    } catch (error) {
      if (!(error instanceof Divergence)) throw error;
      const { observed, expected, explanation } = error;
      const due = expected.length === 0 ? "" : `; expected ${expected.join(", or ")}`;
      throw new Error(`${where}: ${explanation}. Found ${observed}${due}`, { cause: error });
    }
  }
}
