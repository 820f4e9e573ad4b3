/**
 * Cursors: the last checkpoint of each epoch, in Values. Each epoch writes only its own, so that a
 * worker thought dead cannot touch its successor's; a claim reads the predecessor's once.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Values } from "../bus/bus.ts";
import type { Json } from "../machines/json.ts";
import type { Job, Progress } from "../machines/record.ts";

export interface Checkpoint {
  readonly cursor: Json;
  readonly progress: Progress;
}

/** A checkpoint as it is kept. `n`: which one of its epoch, 1, 2, 3 …; 0 where nobody counts. */
interface Numbered extends Checkpoint {
  readonly n: number;
}

export interface Checkpoints {
  /**
   * Puts the epoch's `n`-th checkpoint, unless a later one is there: what was asked twice may arrive
   * late.
   */
  put(uid: string, epoch: number, checkpoint: Checkpoint, n?: number): Promise<void>;
  /** The checkpoint of the epoch before the next claim; undefined when it made none. */
  last(job: Job): Promise<Checkpoint | undefined>;
  forget(uid: string, epoch: number): Promise<void>;
}

export class Cursors implements Checkpoints {
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  async put(uid: string, epoch: number, checkpoint: Checkpoint, n = 0): Promise<void> {
    const key = keyOf(uid, epoch);
    const text = JSON.stringify({ ...checkpoint, n } satisfies Numbered);
    for (;;) {
      const found = await this.#values.get(key);
      if (found !== undefined && (JSON.parse(found.value) as Numbered).n > n) return;
      try {
        await this.#values.put(key, text, { expect: found?.version ?? 0 });
        return;
      } catch (error) {
        if (!(error instanceof BusError && error.code === "conflict")) throw error;
      }
    }
  }

  async last({ uid, epoch }: Job): Promise<Checkpoint | undefined> {
    const value = epoch === 0 ? undefined : await this.#values.get(keyOf(uid, epoch));
    if (value === undefined) return undefined;
    const { cursor, progress } = JSON.parse(value.value) as Numbered;
    return { cursor, progress };
  }

  async forget(uid: string, epoch: number): Promise<void> {
    await this.#values.remove(keyOf(uid, epoch));
  }
}

function keyOf(uid: string, epoch: number): string {
  return `cursor.${uid}.${epoch}`;
}
