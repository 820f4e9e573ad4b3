/**
 * The trail: what was followed of a log lately, to be held against it again. Who follows does not
 * see that a log has lost its end, for the positions that are gone are given anew.
 *
 * The last commit of each batch is enough: a loss between two batches takes the end of the first.
 * Commits that gave way to a summary of their group are no loss. A purge of whole groups is none as
 * long as it leaves the log's newest commit; one that takes that too looks like a loss, and is said
 * to be one.
 */
import type { Log, Position, Stored } from "../bus/bus.ts";
import { digestOf, isSummaryText } from "../machines/commit.ts";
import { expectCommitOf, WentBack } from "./went-back.ts";

interface Known extends Omit<Stored, "text"> {
  readonly digest: string;
}

export class Trail {
  readonly #log: Pick<Log, "read" | "readAll">;
  /** Oldest first; the first one was there at the last check. */
  readonly #known: Known[] = [];

  constructor(log: Pick<Log, "read" | "readAll">) {
    this.#log = log;
  }

  /** Whether something was followed since the last check. */
  get hasMoved(): boolean {
    return this.#known.length > 1;
  }

  /** Adds the last commit of a batch that was followed. */
  add({ position, gid, rev, text }: Stored): void {
    this.#known.push({ position, gid, rev, digest: digestOf(text) });
  }

  /** Fails with WentBack unless the log still holds what was followed. */
  async check(): Promise<void> {
    const known = [...this.#known];
    const last = known.at(-1);
    if (last === undefined) return;
    for (const each of await this.#missing(known, last.position)) {
      if (await this.#isLost(each, each === last)) throw new WentBack(`${nameOf(each)} is gone`);
    }
    this.#known.splice(0, known.length - 1);
  }

  /** What is not there any more. Fails with WentBack where there is another commit. */
  async #missing(known: readonly Known[], until: Position): Promise<readonly Known[]> {
    const missing = new Map(known.map((each) => [each.position, each]));
    for await (const batch of this.#log.readAll((known[0]?.position ?? 0) - 1)) {
      for (const found of batch) {
        const expected = missing.get(found.position);
        if (expected !== undefined) expectSame(expected, found);
        missing.delete(found.position);
      }
      if ((batch.at(-1)?.position ?? until) >= until) break;
    }
    return [...missing.values()];
  }

  /** Whether the group's commits end before this one; unless it was the log's last, not all purged. */
  async #isLost({ gid, rev }: Known, isLast: boolean): Promise<boolean> {
    const last = (await this.#log.read(gid)).at(-1);
    if (last === undefined) return isLast;
    if (last.rev > rev && isSummaryText(last.text)) return false;
    return isLast || last.rev < rev;
  }
}

/** A place that cannot be read any more is damaged: its group's readers say so. */
function expectSame(known: Known, { gid, rev, text }: Stored): void {
  if (digestOf(text) === known.digest) return;
  const isDamaged = gid === known.gid && rev === known.rev && !isCommitOf(known, text);
  if (!isDamaged) throw new WentBack(`${nameOf(known)} is gone, found group ${gid} rev ${rev}`);
}

function isCommitOf(place: Known, text: string): boolean {
  try {
    expectCommitOf(place, text);
    return true;
  } catch {
    return false;
  }
}

function nameOf({ gid, rev, position }: Known): string {
  return `group ${gid} rev ${rev} at position ${position}`;
}
