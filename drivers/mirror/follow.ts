/**
 * Following: pass after pass, each of which makes the target equal to the source as it is then. It
 * runs in the hand's thread and rests after each stride, and for long after the last of a pass.
 *
 * A pass takes folders as they come: first it removes what the source has not, then it goes through
 * the names in byte order, and gives the folder its mode and times last. What changes while the
 * pass looks at it is left as it was first seen, or not touched, and counts as a change: the next
 * pass sees it again.
 */
import { readlinkSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { below, bytesOf, quoted } from "../copy/byte-path.ts";
import { inodeOf } from "../copy/inode.ts";
import { IoFault, type Operation } from "../copy/io-fault.ts";
import { kindOf } from "../copy/walk.ts";
import { copyFile } from "./copy-file.ts";
import { look, namesIn, unlessGone } from "./look.ts";
import { Pass, type FollowOrder, type Stride } from "./pass.ts";
import { dress, hasContentOf, isLike, openUp } from "./dress.ts";
import { discard, makeFolder, makeLink } from "./place.ts";

/** Never returns. Throws an IoFault for what the system refuses, an Error for a device. */
export function* follow(order: FollowOrder): Generator<Stride, never, void> {
  for (let known: ReadonlyMap<string, bigint> = new Map(); ;) {
    const pass = new Pass(order, known);
    const source = rootAt(order.from, order.fromInode, "read");
    rootAt(order.to, order.toInode, "write");
    yield* followFolder(pass, "", source);
    known = pass.inodes;
    yield pass.end();
  }
}

function* followFolder(
  pass: Pass,
  path: string,
  source: BigIntStats,
): Generator<Stride, void, void> {
  const { from, to } = pass.order;
  const names = namesIn(below(from, path));
  if (names === undefined) {
    pass.change(path);
    return;
  }
  const changesBefore = pass.changes;
  const there = standing(pass, path);
  const wasOpened = there !== undefined && openUp(below(to, path), there);
  yield* removeExtras(pass, path, new Set(names));
  for (const name of names) yield* followEntry(pass, inside(path, name));
  const isChanged = pass.changes > changesBefore;
  const isDressed = isLike(there, source, pass.order);
  if (!isChanged && !isDressed) pass.change(path);
  if (isChanged || !isDressed || wasOpened) dress(below(to, path), source, pass.order);
}

/** The target's folder, as it was found; undefined when it has been made just now. */
function standing(pass: Pass, path: string): BigIntStats | undefined {
  const there = look(below(pass.order.to, path));
  if (there?.isDirectory()) return there;
  if (there) discard(pass, path, there);
  makeFolder(pass, path);
  pass.change(path);
  return undefined;
}

function* removeExtras(
  pass: Pass,
  path: string,
  wanted: ReadonlySet<string>,
): Generator<Stride, void, void> {
  const { to } = pass.order;
  for (const name of namesIn(below(to, path)) ?? []) {
    const extra = inside(path, name);
    const stat = wanted.has(name) ? undefined : look(below(to, extra));
    if (!stat) continue;
    discard(pass, extra, stat);
    pass.change(extra);
    if (pass.isFull) yield pass.endStride();
  }
}

function* followEntry(pass: Pass, path: string): Generator<Stride, void, void> {
  const at = below(pass.order.from, path);
  const source = look(at);
  if (!source) {
    pass.change(path);
    return;
  }
  const kind = kindOf(source, at);
  pass.entries += 1;
  if (kind === "folder") yield* followFolder(pass, path, source);
  else {
    const there = look(below(pass.order.to, path));
    if (there?.isDirectory()) discard(pass, path, there);
    if (kind === "link") followLink(pass, path, { source, there });
    else yield* followFile(pass, path, { source, there });
  }
  if (pass.isFull) yield pass.endStride();
}

interface Sides {
  readonly source: BigIntStats;
  readonly there: BigIntStats | undefined;
}

function* followFile(
  pass: Pass,
  path: string,
  { source, there }: Sides,
): Generator<Stride, void, void> {
  const isKnown = (pass.known.get(path) ?? source.ino) === source.ino;
  if (!isKnown || !there?.isFile() || !hasContentOf(there, source)) {
    pass.change(path);
    yield* copyFile(pass, path);
    return;
  }
  pass.inodes.set(path, source.ino);
  pass.seenBytes += Number(source.size);
  if (isLike(there, source, pass.order)) return;
  pass.change(path);
  dress(below(pass.order.to, path), source, pass.order);
}

function followLink(pass: Pass, path: string, { source, there }: Sides): void {
  const text = linkText(below(pass.order.from, path));
  const isLink = there?.isSymbolicLink() && linkText(below(pass.order.to, path)) === text;
  if (text !== undefined && isLink && isLike(there, source, pass.order)) return;
  pass.change(path);
  if (text !== undefined) makeLink(pass, path, { text, source });
}

function linkText(at: string): string | undefined {
  return unlessGone(at, () => readlinkSync(bytesOf(at), "latin1"));
}

/** The root of a side. A disk that is not there any more must not look like an empty folder. */
function rootAt(root: string, inode: string, operation: Operation): BigIntStats {
  const stat = look(root);
  if (stat?.isDirectory() && inodeOf(stat) === inode) return stat;
  const what = stat ? "is not the folder that it was at the start" : "does not exist any more";
  throw new IoFault(`cannot ${operation} ${quoted(root)}: it ${what}`, "ENOENT", operation);
}

function inside(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}
