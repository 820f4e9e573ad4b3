/**
 * Copies one file, chunk by chunk, from the offset that the state stands at. The runs of zeros of
 * a sparse file stay holes; its last block is always written, because that gives it its length.
 */
import { closeSync, constants, fchmodSync, fchownSync, fstatSync, futimesSync } from "node:fs";
import { openSync, readSync, writeSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { below, bytesOf } from "./byte-path.ts";
import { chunkBytes, header } from "./chain.ts";
import { attempt } from "./io-fault.ts";
import type { Stride, TransferState } from "./transfer-state.ts";
import { changedAt, identityOf, timesOf } from "./walk.ts";
import type { Entry } from "./walk.ts";

const blockBytes = 4096;
const zeros = Buffer.alloc(blockBytes);
const chunk = Buffer.alloc(chunkBytes);
const { O_CREAT, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

export function* transferFile(state: TransferState, entry: Entry): Generator<Stride, void, void> {
  const source = below(state.order.from, entry.path);
  const sizeBytes = Number(entry.stat.size);
  const isSparse = entry.stat.blocks * 512n < entry.stat.size;
  const readable = attempt("read", source, () => openSync(bytesOf(source), O_RDONLY | O_NOFOLLOW));
  let writable = -1;
  try {
    writable = state.make(entry.path, (at) => openSync(at, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600));
    if (state.offset === 0) state.absorb(header(entry, `${sizeBytes}`));
    while (state.offset < sizeBytes) {
      const piece = chunk.subarray(0, Math.min(chunkBytes, sizeBytes - state.offset));
      if (state.isFull(piece.length)) yield state.endStride();
      const { offset } = state;
      const isWhole = attempt("read", source, () => readWhole(readable, piece, offset));
      if (!isWhole) throw changedAt(state.order.from, entry.path);
      state.absorb(piece);
      state.make(entry.path, () => {
        if (isSparse) writeSparse(writable, piece, { offset, sizeBytes });
        else writeWhole(writable, piece, offset);
      });
      state.touch(entry.path);
      state.offset += piece.length;
      state.bytes += piece.length;
    }
    const after = attempt("read", source, () => fstatSync(readable, { bigint: true }));
    if (!identityOf({ ...entry, stat: after }).equals(identityOf(entry))) {
      throw changedAt(state.order.from, entry.path);
    }
    state.make(entry.path, () => finish(writable, entry.stat, state.order.owner));
    state.touch(entry.path);
    state.offset = 0;
    state.files += 1;
  } finally {
    closeSync(readable);
    if (writable !== -1) closeSync(writable);
  }
}

/** False when the file ends before the piece is full. */
export function readWhole(file: number, piece: Buffer, offset: number): boolean {
  for (let done = 0; done < piece.length;) {
    const count = readSync(file, piece, done, piece.length - done, offset + done);
    if (count === 0) return false;
    done += count;
  }
  return true;
}

function writeWhole(file: number, piece: Buffer, offset: number): void {
  for (let done = 0; done < piece.length;) {
    done += writeSync(file, piece, done, piece.length - done, offset + done);
  }
}

function writeSparse(
  file: number,
  piece: Buffer,
  { offset, sizeBytes }: { readonly offset: number; readonly sizeBytes: number },
): void {
  let start = 0;
  for (let at = 0; at < piece.length; at += blockBytes) {
    const block = piece.subarray(at, at + blockBytes);
    const isLast = offset + at + block.length === sizeBytes;
    if (isLast || !block.equals(zeros.subarray(0, block.length))) continue;
    if (at > start) writeWhole(file, piece.subarray(start, at), offset + start);
    start = at + blockBytes;
  }
  if (start < piece.length) writeWhole(file, piece.subarray(start), offset + start);
}

/** Owner before mode: a change of owner takes the set-user bits away. */
function finish(file: number, stat: BigIntStats, owner: boolean): void {
  if (owner) fchownSync(file, Number(stat.uid), Number(stat.gid));
  fchmodSync(file, Number(stat.mode & 0o7777n));
  futimesSync(file, ...timesOf(stat));
}
