/**
 * The projection: the log folded into rows on a shelf, and kept up with it. jobs.ts asks the rows,
 * fold-batch.ts makes them, group-row.ts says what one holds. Start here.
 *
 * A catch-up reads on from the position that the shelf is of, loads only the rows that the news
 * touches, and puts them back together with the new position. Any number of processes may do so
 * at once: who comes second finds the shelf moved, and reads on from there. The rows are lost
 * without harm; `rebuild` makes the same ones again.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Log, Position, Row, Shelf, Stored } from "../bus/bus.ts";
import { Lifetime } from "../bus/lifetime.ts";
import { memoryShelf } from "../bus/memory/memory-shelf.ts";
import { commitVersion, digestOf, isSummaryText } from "../machines/commit.ts";
import { kinds } from "../machines/fact.ts";
import { canonical } from "../machines/json.ts";
import { blankJob } from "../machines/record.ts";
import { foldBatch, keysOf } from "./fold-batch.ts";
import { endsWith, fromRow } from "./group-row.ts";

/** Raised whenever rows are written in another way. */
const rowFormat = 2;

/**
 * The view's name on the shelf. It tells apart programs that would fold the log into other rows,
 * so that an upgrade builds anew and old and new ones may run side by side.
 */
const view = `jobs-${digestOf(canonical([rowFormat, commitVersion, kinds, blankJob])).slice(0, 8)}`;

export class Projection {
  readonly #log: Pick<Log, "readAll">;
  #shelf: Shelf;

  constructor({ log, shelf }: { readonly log: Pick<Log, "readAll">; readonly shelf: Shelf }) {
    this.#log = log;
    this.#shelf = shelf;
  }

  /**
   * Reads on to the end of the log; resolves with the position that the rows are of then.
   *
   * Fails with CommitError `corrupt` at a gap or a broken chain of a group, and with BusError
   * `corrupt` when the log no longer holds what the rows were made of. Nothing is put then.
   */
  async catchUp(): Promise<Position> {
    let from = await this.#shelf.position(view);
    while (await this.#advance(from)) from = await this.#shelf.position(view);
    return from;
  }

  get(keys: readonly string[]): Promise<readonly Row[]> {
    return this.#shelf.get(view, keys);
  }

  /** The rows with the tag, newest group first. */
  find(tag: string): Promise<readonly Row[]> {
    return this.#shelf.find(view, tag);
  }

  /** Forgets the rows and folds the whole log again. */
  async rebuild(): Promise<Position> {
    await this.#shelf.clear(view);
    return this.catchUp();
  }

  /** Takes one step; false when the rows at `from` are those of the whole log. */
  async #advance(from: Position): Promise<boolean> {
    const batch = await this.#batchFrom(from);
    try {
      const rows = await this.get(keysOf(batch));
      if (from > 0 && !isOfSameLog(rows, batch[0], from))
        await this.#expectPrunedAt(from, batch[0]);
      const to = batch.at(-1)?.position ?? 0;
      if (to <= from) return false;
      await this.#put(foldBatch(rows, batch), from, to);
      return true;
    } catch (error) {
      // Rows of another position than `from` do not fit the batch: no fault of the log.
      if ((await this.#shelf.position(view)) !== from) return true;
      throw error;
    }
  }

  /** The next commits, and before them the one at `from` itself, to be recognised by. */
  async #batchFrom(from: Position): Promise<readonly Stored[]> {
    const batch: Stored[] = [];
    for await (const part of this.#log.readAll(Math.max(0, from - 1))) {
      batch.push(...part);
      if (batch.length > 1) break;
    }
    return batch;
  }

  /** What the rows were made of may have given way to its group's summary, which comes later. */
  async #expectPrunedAt(from: Position, found: Stored | undefined): Promise<void> {
    if (found?.position !== from) {
      for await (const batch of this.#log.readAll(from)) {
        const summaries = batch.filter(({ text }) => isSummaryText(text));
        const rows = await this.get(summaries.map(({ gid }) => gid));
        if (rows.some((row) => fromRow(row).last === from)) return;
      }
    }
    const what = found ? `group ${found.gid} rev ${found.rev} at ${found.position}` : "its end";
    throw new BusError(
      "corrupt",
      `log: expected the commit at position ${from} that the jobs view was made of, ` +
        `found ${what}: the log went backwards or is another one. If it was restored on purpose, ` +
        "rebuild the view",
    );
  }

  async #put(rows: readonly Row[], from: Position, to: Position): Promise<void> {
    try {
      await this.#shelf.put(view, rows, from, to);
    } catch (error) {
      if (!(error instanceof BusError) || !["readonly", "full"].includes(error.code)) throw error;
      this.#shelf = memoryShelf(new Lifetime("memory:"));
    }
  }
}

/** Whether the log still holds, at the position that the rows are of, what they were made of. */
function isOfSameLog(rows: readonly Row[], found: Stored | undefined, position: Position): boolean {
  const row = rows.find(({ key }) => key === found?.gid);
  return found?.position === position && row !== undefined && endsWith(fromRow(row), found);
}
