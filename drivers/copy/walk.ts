/**
 * The walk: every entry of a file or tree in one fixed order, so that a place in it is a number.
 * A folder comes before what is in it, names in byte order, and once more (`leave`) after it.
 *
 * Also here: an entry's identity, by which a changed source is noticed. A folder's own times are
 * left out of it: the names in it are entries themselves.
 */
import { hash } from "node:crypto";
import { lstatSync, readdirSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { below, bytesOf, quoted } from "./byte-path.ts";
import { attempt } from "./io-fault.ts";

export interface Entry {
  /** Below the root, bytes as characters; empty for the root itself. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "leave";
  readonly stat: BigIntStats;
}

/** Reads as it goes and throws an IoFault for what it cannot read, an Error for a device. */
export function* walk(root: string, path = ""): Generator<Entry, void, void> {
  const at = below(root, path);
  const stat = attempt("read", at, () => lstatSync(bytesOf(at), { bigint: true }));
  const kind = kindOf(stat, at);
  yield { path, kind, stat };
  if (kind !== "folder") return;
  const names = attempt("read", at, () => readdirSync(bytesOf(at), { encoding: "latin1" }));
  for (const name of names.toSorted()) yield* walk(root, path === "" ? name : `${path}/${name}`);
  yield { path, kind: "leave", stat };
}

export function identityOf(entry: Entry): Buffer {
  const { path, kind, stat } = entry;
  const content = kind === "folder" || kind === "leave" ? "" : `${stat.size}/${stat.mtimeNs}`;
  return hash("sha256", `${kind}\0${path}\0${stat.ino}/${content}`, "buffer");
}

/** The short form of an identity, kept for every entry so that a change can be named. */
export function markOf(identity: Buffer): number {
  return identity.readUInt32LE(0);
}

/** Throws an Error that names what is none of these. */
export function kindOf(stat: BigIntStats, at: string): "file" | "folder" | "link" {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "folder";
  if (stat.isSymbolicLink()) return "link";
  throw new Error(`${quoted(at)} is a ${strange(stat)}; copy takes files, folders and links`);
}

function strange(stat: BigIntStats): string {
  if (stat.isFIFO()) return "fifo";
  if (stat.isSocket()) return "socket";
  return stat.isBlockDevice() ? "block device" : "character device";
}

/** The times as the system calls take them: seconds, exact to 0.12 microseconds. */
export function timesOf(
  stat: Pick<BigIntStats, "atimeNs" | "mtimeNs">,
): [accessed: number, modified: number] {
  return [secondsOf(stat.atimeNs), secondsOf(stat.mtimeNs)];
}

function secondsOf(ns: bigint): number {
  return Number(ns / 1_000_000_000n) + Number(ns % 1_000_000_000n) / 1e9;
}

export function changedAt(from: string, path: string): Error {
  const at = quoted(below(from, path));
  return new Error(`${at} is not what it was at the start: the source must not change meanwhile`);
}
