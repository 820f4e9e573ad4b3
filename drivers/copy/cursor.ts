/**
 * The cursor of a copy: what is durable about it, in about 350 bytes of JSON. The part that never
 * changes is written before any data: which source it is (`identity`) and where the copy is made
 * (`inode`: a rename keeps it, so that a repeated commit can tell that it has been done).
 */
import type { Json } from "../../actors/driver.ts";
import { emptyChain } from "./chain.ts";
import type { Position } from "./transfer-state.ts";

export type Cursor = Position & {
  readonly identity: string;
  readonly inode: string;
  readonly totalBytes: number;
};

export const start: Position = { entry: 0, offset: 0, bytes: 0, files: 0, chain: emptyChain };

/** Null before the first checkpoint. Throws for JSON that is not a cursor of this driver. */
export function cursorOf(json: Json): Cursor | null {
  if (json === null) return null;
  const found = Object.assign(Object.create(null) as object, json) as Partial<Cursor>;
  const numbers = [found.entry, found.offset, found.bytes, found.files, found.totalBytes];
  const texts = [found.chain, found.identity, found.inode];
  const isCursor =
    numbers.every((value) => Number.isSafeInteger(value)) &&
    texts.every((value) => typeof value === "string");
  if (!isCursor) throw new Error(`expected the cursor of a copy, found ${JSON.stringify(json)}`);
  return found as Cursor;
}
