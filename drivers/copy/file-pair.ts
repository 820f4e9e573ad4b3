/**
 * A file and its copy, both open. Reads and writes go by position. The runs of zeros of a sparse
 * file stay holes; its last block is always written, because that gives it its length.
 */
import { closeSync, constants, fchmodSync, fchownSync, fstatSync, futimesSync } from "node:fs";
import { openSync, readSync, writeSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { below, bytesOf } from "./byte-path.ts";
import { attempt } from "./io-fault.ts";
import { make } from "./make.ts";
import { changedAt, timesOf } from "./walk.ts";

export interface Sides {
  readonly from: string;
  readonly partial: string;
  /** Keep user and group; only root can. */
  readonly owner: boolean;
}

/** A file as the walk found it. */
export interface SourceFile {
  readonly path: string;
  readonly stat: Pick<
    BigIntStats,
    "ino" | "size" | "blocks" | "mode" | "uid" | "gid" | "atimeNs" | "mtimeNs"
  >;
}

const blockBytes = 4096;
const zeros = Buffer.alloc(blockBytes);
const { O_CREAT, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/** Throws an IoFault for what the system refuses, an Error when the source is not what it was. */
export class FilePair implements Disposable {
  readonly #sides: Sides;
  readonly #file: SourceFile;
  readonly #source: string;
  readonly #isSparse: boolean;
  readonly #readable: number;
  #writable = -1;

  constructor(sides: Sides, file: SourceFile) {
    this.#sides = sides;
    this.#file = file;
    this.#source = below(sides.from, file.path);
    this.#isSparse = file.stat.blocks * 512n < file.stat.size;
    this.#readable = attempt("read", this.#source, () =>
      openSync(bytesOf(this.#source), O_RDONLY | O_NOFOLLOW),
    );
  }

  /** Fills the piece from the source. */
  read(piece: Uint8Array, offset: number): void {
    const isWhole = attempt("read", this.#source, () => readWhole(this.#readable, piece, offset));
    if (!isWhole) throw changedAt(this.#sides.from, this.#file.path);
  }

  /** To the copy, which is made by the first call. */
  write(piece: Uint8Array, offset: number): void {
    this.#make((at) => {
      if (this.#writable === -1) {
        this.#writable = openSync(at, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600);
      }
      const sizeBytes = Number(this.#file.stat.size);
      if (this.#isSparse) writeSparse(this.#writable, piece, { offset, sizeBytes });
      else writeWhole(this.#writable, piece, offset);
    });
  }

  /** Throws when the source has become another one while it was read. */
  checkSource(): void {
    const { stat } = this.#file;
    const after = attempt("read", this.#source, () => fstatSync(this.#readable, { bigint: true }));
    if (after.ino === stat.ino && after.size === stat.size && after.mtimeNs === stat.mtimeNs)
      return;
    throw changedAt(this.#sides.from, this.#file.path);
  }

  /** Gives the copy its owner, mode and times; owner first, for that takes set-user bits away. */
  finish(): void {
    const { uid, gid, mode } = this.#file.stat;
    this.#make(() => {
      if (this.#sides.owner) fchownSync(this.#writable, Number(uid), Number(gid));
      fchmodSync(this.#writable, Number(mode & 0o7777n));
      futimesSync(this.#writable, ...timesOf(this.#file.stat));
    });
  }

  [Symbol.dispose](): void {
    closeSync(this.#readable);
    if (this.#writable !== -1) closeSync(this.#writable);
  }

  #make(work: (at: Buffer) => void): void {
    make(this.#sides.partial, this.#file.path, work);
  }
}

/** False when the file ends before the piece is full. */
export function readWhole(file: number, piece: Uint8Array, offset: number): boolean {
  for (let done = 0; done < piece.length;) {
    const count = readSync(file, piece, done, piece.length - done, offset + done);
    if (count === 0) return false;
    done += count;
  }
  return true;
}

export function writeWhole(file: number, piece: Uint8Array, offset: number): void {
  for (let done = 0; done < piece.length;) {
    done += writeSync(file, piece, done, piece.length - done, offset + done);
  }
}

export function writeSparse(
  file: number,
  piece: Uint8Array,
  { offset, sizeBytes }: { readonly offset: number; readonly sizeBytes: number },
): void {
  let start = 0;
  for (let at = 0; at < piece.length; at += blockBytes) {
    const block = piece.subarray(at, at + blockBytes);
    const isLast = offset + at + block.length === sizeBytes;
    if (isLast || zeros.compare(block, 0, block.length, 0, block.length) !== 0) continue;
    if (at > start) writeWhole(file, piece.subarray(start, at), offset + start);
    start = at + blockBytes;
  }
  if (start < piece.length) writeWhole(file, piece.subarray(start), offset + start);
}
