/**
 * Copies one file of the source, as it is when it is opened. Should it change while it is read,
 * what is put in place is a mixture that has the time of the beginning, so that the next pass sees
 * a difference and copies it again. Long runs of zeros in a sparse file stay holes.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync } from "node:fs";
import { readSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { below, bytesOf } from "../copy/byte-path.ts";
import { writeSparse, writeWhole } from "../copy/file-pair.ts";
import { attempt } from "../copy/io-fault.ts";
import { dress } from "./dress.ts";
import { unlessGone } from "./look.ts";
import type { Pass, Stride } from "./pass.ts";
import { making, settle } from "./place.ts";

const chunkBytes = 256 * 1024;
const chunk = Buffer.alloc(chunkBytes);
const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

/** Times of files move in steps of at most this: two writes within one step look like one. */
const stepNs = 20_000_000n;

/** Throws an IoFault. Leaves the target as it is when there is no such file any more. */
export function* copyFile(pass: Pass, path: string): Generator<Stride, void, void> {
  const from = below(pass.order.from, path);
  const readable = unlessGone(from, () =>
    openSync(bytesOf(from), O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
  );
  if (readable === undefined) return;
  try {
    const source = attempt("read", from, () => fstatSync(readable, { bigint: true }));
    if (!source.isFile()) return;
    const madeNs = yield* fill(pass, path, { readable, source });
    dress(making(pass), source, pass.order);
    settle(pass, path);
    const ageNs = madeNs - source.mtimeNs;
    // Of a file so young, a second write may not show: the next pass is not to know its inode.
    const isYoung = ageNs < stepNs && ageNs > -stepNs;
    pass.inodes.set(path, isYoung ? -1n : source.ino);
  } finally {
    closeSync(readable);
  }
}

/** Makes the copy in the scratch folder; returns when that was begun, by the clock of the disk. */
function* fill(
  pass: Pass,
  path: string,
  { readable, source }: { readonly readable: number; readonly source: BigIntStats },
): Generator<Stride, bigint, void> {
  const [from, to] = [below(pass.order.from, path), below(pass.order.to, path)];
  const flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW;
  const writable = attempt("write", to, () => openSync(bytesOf(making(pass)), flags, 0o600));
  try {
    const { mtimeNs } = attempt("write", to, () => fstatSync(writable, { bigint: true }));
    const sizeBytes = Number(source.size);
    const isSparse = source.blocks * 512n < source.size;
    let offset = 0;
    while (offset < sizeBytes) {
      const wantedBytes = Math.min(chunkBytes, sizeBytes - offset);
      const at = offset;
      const count = attempt("read", from, () => readSync(readable, chunk, 0, wantedBytes, at));
      if (count === 0) break;
      const piece = chunk.subarray(0, count);
      attempt("write", to, () => {
        if (isSparse) writeSparse(writable, piece, { offset: at, sizeBytes });
        else writeWhole(writable, piece, at);
      });
      offset += count;
      pass.seenBytes += count;
      pass.copiedBytes += count;
      if (pass.isFull) yield pass.endStride();
    }
    if (isSparse) attempt("write", to, () => ftruncateSync(writable, offset));
    return mtimeNs;
  } finally {
    closeSync(writable);
  }
}
