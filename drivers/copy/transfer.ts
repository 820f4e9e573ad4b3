/**
 * The second pass: copies, from any position on, one stride at a time.
 *
 * Everything it does may be done again: data is written by position, what is there already is
 * taken as it is, nothing is ever shortened. So a stride that a crash has cut, or one that a
 * process writes late, leaves what the next run would have left; only the modification time of a
 * file that is written late may move.
 */
import { chmodSync, chownSync, lchownSync, lutimesSync, mkdirSync } from "node:fs";
import { readlinkSync, symlinkSync, utimesSync } from "node:fs";
import { below, bytesOf, folderOf } from "./byte-path.ts";
import { chunkBytes, header, smallBytes } from "./chain.ts";
import { attempt } from "./io-fault.ts";
import { make, unless } from "./make.ts";
import { transferFile } from "./transfer-file.ts";
import { TransferState } from "./transfer-state.ts";
import type { Stride, TransferOrder } from "./transfer-state.ts";
import { changedAt, identityOf, markOf, timesOf, walk } from "./walk.ts";
import type { Entry } from "./walk.ts";

/** Throws an IoFault for what the system refuses, an Error when the source is not what it was. */
export async function* transfer(order: TransferOrder): AsyncGenerator<Stride, Stride, void> {
  const state = new TransferState(order);
  let index = 0;
  for (const entry of walk(order.from)) {
    if (markOf(identityOf(entry)) !== order.marks[index]) throw changedAt(order.from, entry.path);
    index += 1;
    if (index <= order.start.entry) continue;
    // A header and what follows it stay together: a position knows only data that comes after one.
    const nextBytes = entry.kind === "file" ? Number(entry.stat.size) - state.offset : 0;
    if (state.isFull(Math.min(nextBytes, chunkBytes))) yield await state.endStride();
    if (entry.kind !== "file") place(state, entry);
    else if (entry.stat.size <= smallBytes) state.collect(entry);
    else yield* transferFile(state, entry);
    if (entry.kind === "leave") state.touch(entry.path);
    state.touch(folderOf(entry.path));
    state.entry = index;
  }
  return await state.endStride();
}

function place(state: TransferState, entry: Entry): void {
  if (entry.kind === "link") placeLink(state, entry);
  else if (entry.kind === "folder") openFolder(state, entry);
  else state.after(() => closeFolder(state, entry));
}

function placeLink(state: TransferState, entry: Entry): void {
  const source = below(state.order.from, entry.path);
  const text = attempt("read", source, () => readlinkSync(bytesOf(source), "latin1"));
  state.absorb(header(entry, text));
  make(state.order.partial, entry.path, (at) => {
    unless("EEXIST", () => symlinkSync(bytesOf(text), at));
    const { uid, gid } = entry.stat;
    if (state.order.owner) lchownSync(at, Number(uid), Number(gid));
    lutimesSync(at, ...timesOf(entry.stat));
  });
}

function openFolder(state: TransferState, entry: Entry): void {
  state.absorb(header(entry, ""));
  make(state.order.partial, entry.path, (at) => unless("EEXIST", () => mkdirSync(at, 0o700)));
  state.touch(entry.path);
}

/** A folder gets mode and times last: what comes into it needs the one and changes the other. */
function closeFolder(state: TransferState, entry: Entry): void {
  const { uid, gid, mode } = entry.stat;
  make(state.order.partial, entry.path, (at) => {
    if (state.order.owner) chownSync(at, Number(uid), Number(gid));
    chmodSync(at, Number(mode & 0o7777n));
    utimesSync(at, ...timesOf(entry.stat));
  });
}
