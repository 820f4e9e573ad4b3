/**
 * The loss of an acknowledged suffix, as of a server that acknowledges before it has flushed and
 * then loses power. Nothing can undo it; but every process that follows the log, and was told of a
 * commit that is gone, must soon notice, say `corrupt`, and write nothing more (L5). Who only asks
 * now and then notices when it asks again for what it knew.
 *
 * An append is conditional on the group's rev alone. So a process that has not noticed yet may
 * store a commit on one that is gone; all other readers of that group then find its chain broken,
 * and the group is as damaged as if its bytes were. Nobody who came after the loss may do that.
 */
import type { Stored } from "../../bus/bus.ts";
import type { SimulatedLog } from "./simulated-log.ts";

/** What was under way when a loss was noticed may still arrive for so long. */
const underWayMs = 3_000;

type Place = Pick<Stored, "gid" | "rev">;

/** What came of a loss. */
export interface Noticed {
  readonly commits: number;
  /** How many lives noticed, and after how long the last of them did. */
  readonly lives: number;
  readonly slowestMs: number;
}

export class Loss {
  /** What each life was told of: group and rev. */
  readonly #told = new Map<string, Set<string>>();
  /** When each life noticed, in ms. */
  readonly #noticed = new Map<string, number>();
  readonly #lost = new Set<string>();
  /** Who was there when it happened. */
  readonly #witnesses = new Set<string>();
  /** The first place of each group where its chain is broken. */
  readonly #damaged = new Map<string, Place>();
  #struckAtMs: number | undefined;

  get hasStruck(): boolean {
    return this.#struckAtMs !== undefined;
  }

  /** Undefined before the loss, and when there was nothing to lose. */
  get noticed(): Noticed | undefined {
    const since = this.#struckAtMs;
    if (since === undefined || this.#lost.size === 0) return undefined;
    const waits = [...this.#noticed.values()].map((atMs) => atMs - since);
    return { commits: this.#lost.size, lives: waits.length, slowestMs: Math.max(0, ...waits) };
  }

  told(life: string, place: Place): void {
    if (this.hasStruck) return;
    const told = this.#told.get(life) ?? new Set();
    this.#told.set(life, told.add(nameOf(place)));
  }

  /** Loses the last commits of the log, with these lives looking on; says what was lost. */
  strike(
    log: SimulatedLog,
    { count, atMs, lives }: { count: number; atMs: number; lives: readonly string[] },
  ): string {
    this.#struckAtMs = atMs;
    for (const life of lives) this.#witnesses.add(life);
    for (const lost of log.lose(count)) this.#lost.add(nameOf(lost));
    return `the log loses its end: ${[...this.#lost].join(", ")}`;
  }

  notice(life: string, atMs: number): void {
    if (!this.#noticed.has(life)) this.#noticed.set(life, atMs);
  }

  /** Whether this life was told of something that is gone. */
  knows(life: string): boolean {
    const told = this.#told.get(life) ?? new Set();
    return [...this.#lost].some((name) => told.has(name));
  }

  hasNoticed(life: string): boolean {
    return this.#noticed.has(life);
  }

  /** How many commits a group has lost. */
  lostOf(gid: string): number {
    return [...this.#lost].filter((name) => name.startsWith(`${gid} `)).length;
  }

  /** A commit that does not fit on what the log holds was stored there. */
  damage(place: Place): void {
    if (!this.isDamaged(place.gid)) this.#damaged.set(place.gid, place);
  }

  isDamaged(gid: string): boolean {
    return this.#damaged.has(gid);
  }

  get damaged(): readonly string[] {
    return [...this.#damaged.keys()];
  }

  /** Why a life must not have appended this; undefined when it may have. */
  whyNot(life: string, place: Place, atMs: number): string | undefined {
    if (this.isDamaged(place.gid) && !this.#witnesses.has(life)) {
      return `L1 ${life} came after the loss, and appended ${nameOf(place)} to a broken chain`;
    }
    const sinceMs = atMs - (this.#noticed.get(life) ?? atMs);
    if (sinceMs <= underWayMs) return undefined;
    return `L5 ${life} noticed the loss ${sinceMs} ms ago, and appended ${nameOf(place)}`;
  }
}

function nameOf({ gid, rev }: Place): string {
  return `${gid} rev ${rev}`;
}
