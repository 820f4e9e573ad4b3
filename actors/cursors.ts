/**
 * Cursors: the last checkpoint of each epoch, in Values. Each epoch writes only its own, so that a
 * worker thought dead cannot touch its successor's; a claim reads the predecessor's once.
 */
import type { Values } from "../bus/bus.ts";
import type { Json } from "../machines/json.ts";
import type { Job, Progress } from "../machines/record.ts";

export interface Checkpoint {
  readonly cursor: Json;
  readonly progress: Progress;
}

export interface Checkpoints {
  put(uid: string, epoch: number, checkpoint: Checkpoint): Promise<void>;
  /** The checkpoint of the epoch before the next claim; undefined when it made none. */
  last(job: Job): Promise<Checkpoint | undefined>;
  forget(uid: string, epoch: number): Promise<void>;
}

export class Cursors implements Checkpoints {
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  async put(uid: string, epoch: number, checkpoint: Checkpoint): Promise<void> {
    await this.#values.put(keyOf(uid, epoch), JSON.stringify(checkpoint));
  }

  async last({ uid, epoch }: Job): Promise<Checkpoint | undefined> {
    const value = epoch === 0 ? undefined : await this.#values.get(keyOf(uid, epoch));
    return value && (JSON.parse(value.value) as Checkpoint);
  }

  async forget(uid: string, epoch: number): Promise<void> {
    await this.#values.remove(keyOf(uid, epoch));
  }
}

function keyOf(uid: string, epoch: number): string {
  return `cursor.${uid}.${epoch}`;
}
