/**
 * The third pass: reads again what was written. The source is walked beside it, to know what must
 * be there and that it has not changed; its data is not read again.
 *
 * It changes nothing and may be repeated. What the system still holds in memory is read from there;
 * so each file is asked whether the disk has refused any of it, and what memory no longer holds is
 * read from the disk. A disk that later returns something else nobody can foresee.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync } from "node:fs";
import { below, bytesOf, quoted } from "./byte-path.ts";
import {
  chained,
  chunkBytes,
  chunkDigest,
  emptyChain,
  header,
  linked,
  smallBytes,
  smallPiece,
} from "./chain.ts";
import { readWhole } from "./file-pair.ts";
import { flushFile } from "./flush-path.ts";
import { attempt } from "./io-fault.ts";
import { changedAt, identityOf, markOf, walk } from "./walk.ts";
import type { Entry } from "./walk.ts";

export interface VerifyOrder {
  readonly from: string;
  readonly partial: string;
  /** The short identity of each entry, from a survey made just before. */
  readonly marks: Uint32Array;
  readonly strideEntries: number;
}

const memory = Buffer.alloc(chunkBytes);

/**
 * Yields the bytes verified so far and returns the chain of the copy, to be held against the one
 * of the transfer. Throws an Error that names the entry when one is missing or of another size.
 */
export function* verify(order: VerifyOrder): Generator<number, string, void> {
  let chain: Buffer = Buffer.from(emptyChain, "hex");
  let [bytes, index] = [0, 0];
  for (const entry of walk(order.from)) {
    if (markOf(identityOf(entry)) !== order.marks[index]) throw changedAt(order.from, entry.path);
    const at = below(order.partial, entry.path);
    index += 1;
    if (entry.kind === "link") {
      const text = attempt("read", at, () => readlinkSync(bytesOf(at), "latin1"));
      chain = chained(chain, header(entry, text));
    } else if (entry.kind === "folder") {
      if (!attempt("read", at, () => lstatSync(bytesOf(at))).isDirectory()) throw spoilt(at);
      chain = chained(chain, header(entry, ""));
    } else if (entry.kind === "file") {
      const isSmall = entry.stat.size <= smallBytes;
      if (!isSmall) chain = chained(chain, header(entry, `${entry.stat.size}`));
      for (const piece of piecesOf(at, entry, memory)) {
        chain = isSmall
          ? chained(chain, smallPiece(entry.path, piece))
          : linked(chain, chunkDigest(piece));
        bytes += piece.length;
        if (piece.length === chunkBytes) yield bytes;
      }
      flushFile(at);
    }
    if (index % order.strideEntries === 0) yield bytes;
  }
  return chain.toString("hex");
}

/** The chunks of a file that must have the size of `entry`, at least one, each in the same memory. */
export function* piecesOf(at: string, entry: Entry, memory: Buffer): Generator<Buffer, void, void> {
  const { O_NOFOLLOW, O_RDONLY } = constants;
  const file = attempt("read", at, () => openSync(bytesOf(at), O_RDONLY | O_NOFOLLOW));
  try {
    const { size } = attempt("read", at, () => fstatSync(file, { bigint: true }));
    if (size !== entry.stat.size) throw spoilt(at);
    for (let offset = 0; offset === 0 || offset < Number(size); offset += chunkBytes) {
      const piece = memory.subarray(0, Math.min(chunkBytes, Number(size) - offset));
      if (!attempt("read", at, () => readWhole(file, piece, offset))) throw spoilt(at);
      yield piece;
    }
  } finally {
    closeSync(file);
  }
}

function spoilt(at: string): Error {
  return new Error(`verification failed: ${quoted(at)} is not what was copied`);
}
