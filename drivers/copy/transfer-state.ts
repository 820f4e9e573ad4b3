/**
 * A copy on its way: the position as it moves, and the stride since the last yield. A stride is at
 * most one chunk of data, be it a piece of a large file or a number of small files. Small files are
 * collected and copied together at the end of their stride.
 */
import { digestOf, chunkBytes, linked } from "./chain.ts";
import type { Sides, SourceFile } from "./file-pair.ts";
import { copyTogether } from "./mate.ts";

/** How far a copy has come: what a cursor says. */
export type Position = {
  /** Entries of the walk that are done. */
  readonly entry: number;
  /** Bytes done of the file that comes next. */
  readonly offset: number;
  readonly bytes: number;
  readonly files: number;
  readonly chain: string;
};

export interface TransferOrder extends Sides {
  readonly start: Position;
  /** The short identity of each entry, from the survey. */
  readonly marks: Uint32Array;
  readonly strideEntries: number;
}

export interface Stride {
  /** Bytes copied in this stride. */
  readonly bytes: number;
  readonly position: Position;
  /** Files and folders written to: on disk first, then the position may be relied on. */
  readonly touched: readonly string[];
}

export class TransferState {
  readonly order: TransferOrder;
  entry: number;
  offset: number;
  bytes: number;
  files: number;
  #chain: Uint8Array;
  #touched = new Set<string>();
  #strideStart: { readonly entry: number; readonly bytes: number };
  /** What the chain is to be linked with, in order; a small file is digested when it is copied. */
  #digests: (Uint8Array | undefined)[] = [];
  #small: SourceFile[] = [];
  #afterwards: (() => void)[] = [];

  constructor(order: TransferOrder) {
    const { entry, offset, bytes, files, chain } = order.start;
    this.order = order;
    this.entry = entry;
    this.offset = offset;
    this.bytes = bytes;
    this.files = files;
    this.#chain = Buffer.from(chain, "hex");
    this.#strideStart = { entry, bytes };
  }

  /** Whether the stride must end before `bytes` more. */
  isFull(bytes: number): boolean {
    const { entry, bytes: start } = this.#strideStart;
    const entries = this.entry - entry;
    return entries >= this.order.strideEntries || this.bytes + bytes - start > chunkBytes;
  }

  absorb(piece: Uint8Array): void {
    this.link(digestOf(piece));
  }

  link(digest: Uint8Array): void {
    this.#digests.push(digest);
  }

  touch(path: string): void {
    this.#touched.add(path);
  }

  /** Takes a small file into the stride. */
  collect(file: SourceFile): void {
    this.#small.push(file);
    this.#digests.push(undefined);
    this.touch(file.path);
    this.bytes += Number(file.stat.size);
    this.files += 1;
  }

  /** Does it when the small files so far are copied. */
  after(work: () => void): void {
    this.#afterwards.push(work);
  }

  async endStride(): Promise<Stride> {
    await this.#settle();
    const { entry, offset, bytes, files } = this;
    const chain = Buffer.from(this.#chain).toString("hex");
    const stride = {
      bytes: bytes - this.#strideStart.bytes,
      position: { entry, offset, bytes, files, chain },
      touched: [...this.#touched],
    };
    this.#touched = new Set();
    this.#strideStart = { entry, bytes };
    return stride;
  }

  async #settle(): Promise<void> {
    const { from, partial, owner } = this.order;
    const sides = { from, partial, owner };
    const copied = (await copyTogether({ sides, files: this.#small })).values();
    for (const work of this.#afterwards) work();
    for (const digest of this.#digests) {
      const known = digest ?? copied.next().value;
      if (known) this.#chain = linked(this.#chain, known);
    }
    [this.#small, this.#digests, this.#afterwards] = [[], [], []];
  }
}
