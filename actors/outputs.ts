/**
 * Outputs: the tail of what each job's run has said for people, in Values, for 30 days. One value a
 * job; a later epoch keeps beside its own what the one before it said, as far as there is room.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Values } from "../bus/bus.ts";
import { tailBytesMax } from "./output-tail.ts";

/** The last bytes that one epoch of a job has said. */
export interface Tail {
  readonly epoch: number;
  /** Which attempt of the job the epoch was part of. */
  readonly attempt: number;
  /** How many bytes the epoch had said before these, which are not kept. */
  readonly offset: number;
  /** In base64. */
  readonly bytes: string;
}

/** What is kept of a job's output: at most 64 KiB in all. */
export interface Output extends Tail {
  /** What the last epoch before had said. */
  readonly earlier?: Tail;
}

export interface Outputs {
  /** Puts the tail, unless the job's output has got further: what was asked twice may arrive late. */
  put(uid: string, tail: Tail): Promise<void>;
}

const keptMs = 30 * 24 * 3_600_000;

export class KeptOutputs implements Outputs {
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  async put(uid: string, tail: Tail): Promise<void> {
    const key = keyOf(uid);
    for (;;) {
      const found = await this.#values.get(key);
      const output = found && (JSON.parse(found.value) as Output);
      if (output !== undefined && isFurther(output, tail)) return;
      const value = JSON.stringify(output === undefined ? tail : after(output, tail));
      try {
        await this.#values.put(key, value, { expect: found?.version ?? 0, ttlMs: keptMs });
        return;
      } catch (error) {
        if (!(error instanceof BusError && error.code === "conflict")) throw error;
      }
    }
  }

  /** Undefined when the job has said nothing, or too long ago. */
  async of(uid: string): Promise<Output | undefined> {
    const found = await this.#values.get(keyOf(uid));
    return found && (JSON.parse(found.value) as Output);
  }

  async forget(uid: string): Promise<void> {
    await this.#values.remove(keyOf(uid));
  }
}

function isFurther(there: Tail, tail: Tail): boolean {
  if (there.epoch !== tail.epoch) return there.epoch > tail.epoch;
  return endOf(there) >= endOf(tail);
}

function endOf({ offset, bytes }: Tail): number {
  return offset + Buffer.byteLength(bytes, "base64");
}

function after(there: Output, tail: Tail): Output {
  const { earlier, ...last } = there;
  const before = there.epoch === tail.epoch ? earlier : last;
  const cut = before && cutTo(before, tailBytesMax - Buffer.byteLength(tail.bytes, "base64"));
  return cut === undefined ? tail : { ...tail, earlier: cut };
}

/** Its last bytes; undefined when none are left. */
function cutTo(tail: Tail, sizeBytes: number): Tail | undefined {
  const bytes = Buffer.from(tail.bytes, "base64");
  const cutBytes = Math.max(0, bytes.length - sizeBytes);
  if (cutBytes === bytes.length) return undefined;
  const left = bytes.subarray(cutBytes).toString("base64");
  return { ...tail, offset: tail.offset + cutBytes, bytes: left };
}

function keyOf(uid: string): string {
  return `output.${uid}`;
}
