/**
 * The last chance to fail: brings the mirror to disk and makes the new link beside the pivot. It
 * may be repeated, in any process.
 */
import { symlink } from "node:fs/promises";
import { dirname } from "node:path";
import { Cancelled, type Step } from "../../actors/driver.ts";
import { bytePath } from "../copy/byte-path.ts";
import { checkClaim } from "../copy/claim.ts";
import { flushPath } from "../copy/flush-path.ts";
import { inodeAt } from "../copy/inode.ts";
import { makeFaultOf } from "../copy/io-fault.ts";
import { remove } from "../copy/remove.ts";
import { syncDisk } from "../copy/sync-disk.ts";
import { openMirrorHand } from "./mirror-hand.ts";
import { isSwitched, linkText, placesOf, type MirrorArgs } from "./places.ts";
import { cursorOf, isMade } from "./target.ts";

/** What a commit is told: the inode of the pivot before the switch, null when there was none. */
export type Prepared = { readonly pivot: string | null };

export async function prepare(step: Step<MirrorArgs>): Promise<Prepared | undefined> {
  const places = placesOf(step.args, step.uid);
  const cursor = cursorOf(step.cursor);
  if (!places || !cursor || !(await isMade(places, cursor))) {
    throw new Error(`the mirror ${JSON.stringify(step.args.to)} is gone; mirror again`);
  }
  await checkClaim(places, step.uid);
  await flush(bytePath(places.to), step.signal);
  await flushPath(bytePath(places.parent));
  const { pivot, to } = places;
  if (pivot === null || !isSwitched(step.result)) return undefined;
  await linkText(pivot.path);
  try {
    if ((await linkText(pivot.link)) !== to) {
      await remove(bytePath(pivot.link));
      await symlink(to, pivot.link);
    }
    await flushPath(bytePath(dirname(pivot.path)));
    return { pivot: (await inodeAt(pivot.path)) ?? null };
  } catch (error) {
    throw makeFaultOf(error, pivot.link, dirname(pivot.path));
  }
}

/** All at once, and then each by itself: only so does a write that was refused come to light. */
async function flush(root: string, signal: AbortSignal): Promise<void> {
  await syncDisk(root);
  await using hand = openMirrorHand();
  const strides = hand.strides("flushTree", { root });
  while (!signal.aborted && !(await strides.next()).done);
  if (signal.aborted) throw new Cancelled();
}
