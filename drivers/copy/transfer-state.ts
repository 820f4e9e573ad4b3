/**
 * A copy on its way: the position as it moves, and the stride since the last yield. A stride is at
 * most one chunk of data, be it a piece of a large file or a number of small files.
 */
import { chmodSync } from "node:fs";
import { below, bytesOf } from "./byte-path.ts";
import { chained, chunkBytes } from "./chain.ts";
import { attempt, codeOf } from "./io-fault.ts";

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

export interface TransferOrder {
  readonly from: string;
  readonly partial: string;
  readonly start: Position;
  /** The short identity of each entry, from the survey. */
  readonly marks: Uint32Array;
  readonly strideEntries: number;
  /** Keep user and group; only root can. */
  readonly owner: boolean;
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
  #chain: Buffer;
  #touched = new Set<string>();
  #strideStart: { readonly entry: number; readonly bytes: number };

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
    this.#chain = chained(this.#chain, piece);
  }

  touch(path: string): void {
    this.#touched.add(path);
  }

  endStride(): Stride {
    const { entry, offset, bytes, files } = this;
    const position = { entry, offset, bytes, files, chain: this.#chain.toString("hex") };
    const stride = {
      bytes: bytes - this.#strideStart.bytes,
      position,
      touched: [...this.#touched],
    };
    this.#touched = new Set();
    this.#strideStart = { entry, bytes };
    return stride;
  }

  /**
   * Makes something in the partial copy. When an interrupted run is repeated, a file may be finished
   * and read-only already: it is opened up, and gets its mode again at its end.
   */
  make<T>(path: string, work: (at: Buffer) => T): T {
    const full = below(this.order.partial, path);
    const at = bytesOf(full);
    return attempt("write", full, () => {
      try {
        return work(at);
      } catch (error) {
        if (codeOf(error) !== "EACCES") throw error;
        unless("ENOENT", () => chmodSync(at, 0o600));
        return work(at);
      }
    });
  }
}

/** Does it, and takes one answer of the system as good. */
export function unless(code: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (codeOf(error) !== code) throw error;
  }
}
