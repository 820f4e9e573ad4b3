/**
 * The pruner: goes through the log slice by slice, and leaves of each group that came to its end long
 * ago a summary. Any number may be at it at once. It changes nothing of what is not at its end, and
 * stops nobody: what is to be done next is in the log, so that it may be broken off at any time.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Bus, Position, Stored } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import { CommitError } from "../machines/commit.ts";
import type { Group, Job } from "../machines/record.ts";
import type { Cursors } from "./cursors.ts";
import type { Desk } from "./desk.ts";
import type { KeptOutputs } from "./outputs.ts";
import { WentBack } from "./went-back.ts";

export interface PruneRequest {
  /** Groups whose jobs had all ended by then, milliseconds since 1970. */
  readonly endedBy: number;
  /** Where in the log to go on; 0 is its beginning. */
  readonly after: Position;
  /** Only counts. */
  readonly isDry: boolean;
  /** Who asks, as the history will say. */
  readonly by: string;
}

/** How much was pruned, or would be. */
export interface Pruned {
  readonly groups: number;
  readonly jobs: number;
  /** When the first of those jobs was created, milliseconds since 1970; null: there were none. */
  readonly sinceMs: number | null;
}

export interface PruneSlice extends Pruned {
  /** Where to go on; null: that was all. */
  readonly next: Position | null;
}

export interface PrunerOptions {
  readonly bus: Pick<Bus, "log" | "outlet" | "failed">;
  readonly world: World;
  readonly desk: Desk;
  readonly checkpoints: Cursors;
  readonly outputs: KeptOutputs;
  /** Whether the log is carried into a feed, which must not lose what it does not have yet. */
  readonly hasFeed: boolean;
}

/** A slice takes a second at most, so that a request for one is answered in time. */
const groupsMax = 256;
const groupsAtOnce = 16;

export class Pruner {
  readonly #options: PrunerOptions;

  constructor(options: PrunerOptions) {
    this.#options = options;
  }

  /** Does the next part. A group that cannot be read is left as it is. */
  async slice(request: PruneRequest): Promise<PruneSlice> {
    const { batch, isLast } = await this.#next(request);
    const firsts = batch.filter((stored) => isOldFirst(stored, request.endedBy));
    const chosen = firsts.slice(0, groupsMax);
    const carried = await this.#carried();
    const pruned: (readonly Summary[])[] = [];
    for (let i = 0; i < chosen.length; i += groupsAtOnce) {
      const some = chosen.slice(i, i + groupsAtOnce);
      const done = await Promise.all(some.map(({ gid }) => this.#pruneOne(gid, request, carried)));
      pruned.push(...done.filter((jobs) => jobs !== undefined));
    }
    const jobs = pruned.flat();
    const isCut = chosen.length < firsts.length;
    const end = (isCut ? chosen : batch).at(-1)?.position ?? null;
    return {
      groups: pruned.length,
      jobs: jobs.length,
      sinceMs: jobs.length === 0 ? null : Math.min(...jobs.map(({ createdAt }) => createdAt)),
      next: isLast ? null : end,
    };
  }

  /** `isLast`: nothing that follows is old enough. */
  async #next({ after, endedBy }: PruneRequest): Promise<Part> {
    for await (const batch of this.#options.bus.log.readAll(after)) {
      return { batch, isLast: batch.every(({ text }) => !(atOf(text) <= endedBy)) };
    }
    return { batch: [], isLast: true };
  }

  /** Up to where the feed has the log. */
  async #carried(): Promise<Position> {
    const { bus, hasFeed } = this.#options;
    const { last } = await bus.outlet.head();
    return last?.position ?? (hasFeed ? 0 : Infinity);
  }

  /** The jobs of the group if it was pruned, or would be. */
  async #pruneOne(
    gid: string,
    { endedBy, isDry, by }: PruneRequest,
    carried: Position,
  ): Promise<readonly Summary[] | undefined> {
    const { bus, world, desk } = this.#options;
    const isDue = async (group: Group, rev: number): Promise<boolean> => {
      if (!isOver(group, endedBy)) return false;
      if (carried === Infinity) return true;
      const [last] = await bus.log.read(gid, rev - 1);
      return last !== undefined && last.position <= carried;
    };
    try {
      if (isDry) {
        const group = await desk.look(gid);
        return isOver(group, endedBy) ? group.jobs : undefined;
      }
      const said = { by, at: world.now() };
      return (
        await desk.prune(gid, said, async (group, rev) => {
          if (!(await isDue(group, rev))) return false;
          for (const job of group.jobs) await this.#forgetValues(job);
          return true;
        })
      )?.jobs;
    } catch (error) {
      if (await this.#isOwn(error)) return undefined;
      throw error;
    }
  }

  /** Whether it is the group's own trouble, and not that of the whole log. */
  async #isOwn(trouble: unknown): Promise<boolean> {
    if (trouble instanceof CommitError) return true;
    if (!(trouble instanceof BusError) || trouble instanceof WentBack) return false;
    if (trouble.code !== "corrupt") return false;
    const failure = await Promise.race([this.#options.bus.failed, Promise.resolve()]);
    return failure === undefined;
  }

  async #forgetValues({ uid, epoch }: Job): Promise<void> {
    const { checkpoints, outputs } = this.#options;
    await outputs.forget(uid);
    if (epoch > 0) await checkpoints.forget(uid, epoch);
  }
}

type Summary = Pick<Job, "createdAt">;

interface Part {
  readonly batch: readonly Stored[];
  readonly isLast: boolean;
}

function isOldFirst({ rev, text }: Stored, endedBy: number): boolean {
  return rev === 1 && atOf(text) <= endedBy;
}

/** Nothing can happen in it any more, and nothing has since. */
function isOver({ jobs, voided }: Group, endedBy: number): boolean {
  if (jobs.length === 0) return voided;
  return jobs.every(({ status, endedAt }) => status === "null" && (endedAt ?? 0) <= endedBy);
}

/** When a commit was made; NaN when it does not say. */
function atOf(text: string): number {
  try {
    return Date.parse((JSON.parse(text) as { readonly at: string }).at);
  } catch {
    return Number.NaN;
  }
}
