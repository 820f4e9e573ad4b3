/**
 * The chained hash of a copy: h = H(h, H(piece)), SHA-256. It is the hash of everything so far in
 * 32 bytes, so unlike a running hash it can be written into a cursor and gone on from, and the
 * digests of pieces may be made out of order, by any thread.
 *
 * The pieces are part of its meaning: a header for each folder and link (kind, path, link text); for
 * a small file its header and its data together; for a large one the header, then the data in
 * chunks of `chunkBytes`, the last one shorter.
 *
 * A chunk is digested by GMAC under a key that everybody knows, 128 bits: twelve times as fast as
 * SHA-256, and as good against faults of memory and disk. Against forgers the chain is no proof.
 */
import { createCipheriv, hash } from "node:crypto";

export const chunkBytes = 1024 * 1024;
/** Up to here a file is small: read, digested and written in one go. */
export const smallBytes = 64 * 1024;

/** The chain of nothing, in the hexadecimal form that cursors hold. */
export const emptyChain = "0".repeat(64);

export function digestOf(piece: Uint8Array): Buffer {
  return hash("sha256", piece, "buffer");
}

export function linked(chain: Uint8Array, digest: Uint8Array): Buffer {
  return digestOf(Buffer.concat([chain, digest]));
}

export function chained(chain: Uint8Array, piece: Uint8Array): Buffer {
  return linked(chain, digestOf(piece));
}

export function header(
  entry: { readonly kind: string; readonly path: string },
  content: string,
): Buffer {
  return Buffer.from(`${entry.kind}\0${entry.path}\0${content}`, "latin1");
}

const [key, nonce] = [Buffer.alloc(16), Buffer.alloc(12)];

/** The digest of a chunk of a large file. */
export function chunkDigest(chunk: Uint8Array): Buffer {
  const cipher = createCipheriv("aes-128-gcm", key, nonce);
  cipher.setAAD(chunk);
  cipher.final();
  return cipher.getAuthTag();
}

/** The piece that a small file is: its header, then its data. */
export function smallPiece(path: string, data: Uint8Array): Buffer {
  return Buffer.concat([header({ kind: "file", path }, `${data.length}`), data]);
}
