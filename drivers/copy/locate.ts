/**
 * Finds out where a copy differs, after a verification has failed: reads source and copy side by
 * side up to the first difference, for the error message.
 */
import { below, quoted } from "./byte-path.ts";
import { chunkBytes } from "./chain.ts";
import { piecesOf } from "./verify.ts";
import { walk } from "./walk.ts";

export interface LocateOrder {
  readonly from: string;
  readonly partial: string;
}

/** Yields the bytes compared so far; returns what differs, or null when all data is equal. */
export function* locate(order: LocateOrder): Generator<number, string | null, void> {
  const [memory, copyMemory] = [Buffer.alloc(chunkBytes), Buffer.alloc(chunkBytes)];
  let bytes = 0;
  for (const entry of walk(order.from)) {
    if (entry.kind !== "file") continue;
    const at = below(order.partial, entry.path);
    const copied = piecesOf(at, entry, copyMemory);
    const source = below(order.from, entry.path);
    let offset = 0;
    for (const original of piecesOf(source, entry, memory)) {
      const { value } = copied.next();
      if (value && !original.equals(value)) return `${quoted(at)} differs after byte ${offset}`;
      offset += chunkBytes;
      bytes += original.length;
      yield bytes;
    }
  }
  return null;
}
