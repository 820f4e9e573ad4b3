/** The outside of an entry: its owner, its mode and its times. */
import { chmodSync, chownSync, lchownSync, lutimesSync, utimesSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { bytesOf } from "../copy/byte-path.ts";
import { attempt } from "../copy/io-fault.ts";
import { timesOf } from "../copy/walk.ts";

/** No two times of a source are as near as this, and what is set is exact to less. */
const exactNs = 1_000n;
const accessible = 0o700n;

interface Owning {
  readonly owner: boolean;
}

/** Owner before mode: a change of owner takes the set-user bits away. Times last. */
export function dress(at: string, source: BigIntStats, { owner }: Owning): void {
  const [path, uid, gid] = [bytesOf(at), Number(source.uid), Number(source.gid)];
  attempt("write", at, () => {
    if (source.isSymbolicLink()) {
      if (owner) lchownSync(path, uid, gid);
      lutimesSync(path, ...timesOf(source));
      return;
    }
    if (owner) chownSync(path, uid, gid);
    chmodSync(path, Number(source.mode & 0o7777n));
    utimesSync(path, ...timesOf(source));
  });
}

/** False of what is not there. */
export function isLike(
  there: BigIntStats | undefined,
  source: BigIntStats,
  { owner }: Owning,
): boolean {
  if (there === undefined) return false;
  const isOwned = !owner || (there.uid === source.uid && there.gid === source.gid);
  return isOwned && there.mode === source.mode && isSameTime(there, source);
}

/** Whether a file has, by size and time, the content of the source. */
export function hasContentOf(there: BigIntStats, source: BigIntStats): boolean {
  return there.size === source.size && isSameTime(there, source);
}

function isSameTime(there: BigIntStats, source: BigIntStats): boolean {
  const ns = there.mtimeNs - source.mtimeNs;
  return ns < exactNs && ns > -exactNs;
}

/** Makes a folder one that its owner can work in; false when it is already. */
export function openUp(at: string, { mode }: BigIntStats): boolean {
  if ((mode & accessible) === accessible) return false;
  attempt("write", at, () => chmodSync(bytesOf(at), Number((mode | accessible) & 0o7777n)));
  return true;
}
