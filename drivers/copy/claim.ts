/**
 * The claim on a target: the file `<to>.copying`, which holds the uid of the one job that may copy
 * to it. It is taken before anything is made and given back after everything else is gone, so two
 * jobs never come to commit with one target. A job whose worker was lost finds its own and goes on.
 *
 * A claim that names no job is somebody else's: whoever made it may be about to write its name. A
 * process that dies between these two calls leaves such a file, and a person must remove it. Losing
 * power later does not: the name is on disk before anything is copied.
 *
 * One target is one path. That a target lies inside another one is not noticed.
 */
import { closeSync, constants, openSync, unlinkSync, writeFileSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { bytePath } from "./byte-path.ts";
import { flushPath } from "./flush.ts";
import { codeOf, makeFaultOf } from "./io-fault.ts";
import type { Places } from "./places.ts";

const uidShape = /^[A-Za-z][\w.-]{0,126}$/;
const ownerBytesMax = 128;

/** Throws when another job has it, an IoFault when it cannot be written. May be repeated. */
export async function takeClaim(places: Places, uid: string): Promise<void> {
  const { claim, parent } = places;
  try {
    while (!made(claim, uid)) {
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
export async function releaseClaim({ claim }: Places, uid: string): Promise<void> {
  if ((await ownerOf(claim)) === uid) await rm(claim, { force: true });
}

/** In one go, so that a job of the same process never sees a claim without a name. */
function made(claim: string, uid: string): boolean {
  let file: number;
  try {
    file = openSync(claim, "wx", 0o644);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  try {
    writeFileSync(file, uid);
  } catch (error) {
    unlinkSync(claim);
    throw error;
  } finally {
    closeSync(file);
  }
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
