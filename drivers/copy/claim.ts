/**
 * The claim on a target: the file `<to>.copying`, which holds the uid of the one job that may copy
 * to it. It is taken before anything is made and given back after everything else is gone, so two
 * jobs never come to commit with one target. A job whose worker was lost finds its own and goes on.
 *
 * It is written beside and linked into place, so a process that dies never leaves one that names no
 * job. Where a file system has no links it is made in place, and one that is empty must then be
 * removed by hand. The name is on disk before anything is copied.
 *
 * One target is one path. That a target lies inside another one is not noticed.
 */
import { constants, linkSync, rmSync, writeFileSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { bytePath } from "./byte-path.ts";
import { flushPath } from "./flush-path.ts";
import { codeOf, makeFaultOf } from "./io-fault.ts";
import type { Places } from "./places.ts";
import { remove } from "./remove.ts";

const uidShape = /^[A-Za-z][\w.-]{0,126}$/;
const ownerBytesMax = 128;

/** Throws when another job has it, an IoFault when it cannot be written. May be repeated. */
export async function takeClaim(places: Places, uid: string): Promise<void> {
  const { claim, parent } = places;
  try {
    while (!made(places, uid)) {
      const owner = await ownerOf(claim);
      if (owner === uid) break;
      if (owner !== undefined) throw taken(places, owner);
    }
    await flushPath(bytePath(claim));
  } catch (error) {
    throw makeFaultOf(error, claim, parent);
  }
}

/** Throws when the claim is not, or no longer, the job's own. */
export async function checkClaim(places: Places, uid: string): Promise<void> {
  const owner = await ownerOf(places.claim);
  if (owner === uid) return;
  if (owner !== undefined) throw taken(places, owner);
  throw new Error(`${show(places.claim)} was removed while its job was copying; copy again`);
}

/** Does nothing when it is somebody else's, or gone. */
export async function releaseClaim({ claim, draft }: Places, uid: string): Promise<void> {
  await remove(bytePath(draft));
  if ((await ownerOf(claim)) === uid) await rm(claim, { force: true });
}

/**
 * False when one is there, or a draft that another process of the same job has, or left: look again. In one go, so
 * that a job of the same process never sees half of it.
 */
function made({ claim, draft }: Places, uid: string): boolean {
  try {
    writeFileSync(draft, uid, { flag: "wx", mode: 0o644 });
    return linked(draft, claim) ?? written(claim, uid);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** False when the draft has been taken away; undefined where there are no links. */
function linked(draft: string, claim: string): boolean | undefined {
  try {
    linkSync(draft, claim);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    if (["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(codeOf(error) ?? ""))
      return undefined;
    throw error;
  }
}

function written(claim: string, uid: string): boolean {
  writeFileSync(claim, uid, { flag: "wx", mode: 0o644 });
  return true;
}

/** A uid; empty for what names no job, or is not to be read; undefined when nothing is there. */
async function ownerOf(claim: string): Promise<string | undefined> {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  try {
    await using file = await open(claim, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(ownerBytesMax));
    const text = buffer.toString("latin1", 0, bytesRead);
    return uidShape.test(text) ? text : "";
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(code)) return undefined;
    if (["EACCES", "EISDIR", "ELOOP", "ENXIO"].includes(code)) return "";
    throw error;
  }
}

function taken({ to, claim }: Places, owner: string): Error {
  return new Error(
    owner === ""
      ? `${show(claim)} names no job, so another one may be copying to ${show(to)}; if none is, remove ${show(claim)}`
      : `another job, ${owner}, is copying to ${show(to)}; wait for its end, or choose another target; if that job is gone, remove ${show(claim)}`,
  );
}

function show(path: string): string {
  return JSON.stringify(path);
}
