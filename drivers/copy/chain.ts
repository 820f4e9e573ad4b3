/**
 * The chained hash of a copy: h = H(h, H(chunk)), SHA-256. It is the hash of everything so far in
 * 32 bytes, so unlike a running hash it can be written into a cursor and gone on from.
 *
 * The chunks are part of its meaning: a header for each entry (kind, path, and size or link text),
 * then the data of a file in pieces of `chunkBytes`, the last one shorter.
 */
import { hash } from "node:crypto";

export const chunkBytes = 1024 * 1024;

/** The chain of nothing, in the hexadecimal form that cursors hold. */
export const emptyChain = "0".repeat(64);

export function chained(chain: Buffer, piece: Uint8Array): Buffer {
  return hash("sha256", Buffer.concat([chain, hash("sha256", piece, "buffer")]), "buffer");
}

export function header(
  entry: { readonly kind: string; readonly path: string },
  content: string,
): Buffer {
  return Buffer.from(`${entry.kind}\0${entry.path}\0${content}`, "latin1");
}
