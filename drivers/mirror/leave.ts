/**
 * What abort and clean do. Clean leaves the mirror and nothing else; abort removes the mirror, too,
 * if this job made it and it is not to be kept. Both may be repeated, and the claim on the target
 * goes last.
 */
import type { Step } from "../../actors/driver.ts";
import { bytePath } from "../copy/byte-path.ts";
import { releaseClaim } from "../copy/claim.ts";
import { inodeAt } from "../copy/inode.ts";
import { remove } from "../copy/remove.ts";
import { placesOf, type MirrorArgs } from "./places.ts";
import { cursorOf } from "./target.ts";

export async function clean({ args, uid }: Step<MirrorArgs>): Promise<void> {
  const places = placesOf(args, uid);
  if (!places) return;
  await remove(bytePath(places.scratch));
  if (places.pivot) await remove(bytePath(places.pivot.link));
  await releaseClaim(places, uid);
}

export async function abort(step: Step<MirrorArgs>): Promise<void> {
  const places = placesOf(step.args, step.uid);
  const cursor = cursorOf(step.cursor);
  if (!places) return;
  // First of all, so that a worker thought dead cannot move anything there any more.
  await remove(bytePath(places.scratch));
  if (cursor?.isKept === false && (await inodeAt(places.to)) === cursor.to) {
    await remove(bytePath(places.to));
  }
  await clean(step);
}
