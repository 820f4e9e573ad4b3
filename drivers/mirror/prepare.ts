/**
 * The last chance to fail: brings the mirror to disk and makes the new link beside the pivot. It
 * may be repeated, in any process.
 */
import { symlink } from "node:fs/promises";
import { dirname } from "node:path";
import { Cancelled, type Step } from "../../actors/driver.ts";
import { bytePath } from "../copy/byte-path.ts";
import { checkClaim } from "../copy/claim.ts";
import { flushPath } from "../copy/flush.ts";
import { openMirrorHand } from "./mirror-hand.ts";
import { makeFaultOf } from "../copy/io-fault.ts";
import { remove } from "../copy/remove.ts";
import { syncDisk } from "../copy/sync-disk.ts";
import { expectLink, placesOf, type MirrorArgs } from "./places.ts";
import { isSwitched } from "./result.ts";
import { cursorOf, isMade } from "./target.ts";

export async function prepare(step: Step<MirrorArgs>): Promise<void> {
  const places = placesOf(step.args, step.uid);
  const cursor = cursorOf(step.cursor);
  if (!places || !cursor || !(await isMade(places, cursor))) {
    throw new Error(`the mirror ${JSON.stringify(step.args.to)} is gone; mirror again`);
  }
  await checkClaim(places, step.uid);
  await flush(bytePath(places.to), step.signal);
  await flushPath(bytePath(places.parent));
  const { pivot } = places;
  if (pivot === null || !isSwitched(step.result)) return;
  await expectLink(pivot);
  try {
    await remove(bytePath(pivot.link));
    await symlink(places.to, pivot.link);
  } catch (error) {
    throw makeFaultOf(error, pivot.link, dirname(pivot.path));
  }
}

/**
 * Each by itself where all at once is not to be had, or may have failed for somebody else's write.
 */
async function flush(root: string, signal: AbortSignal): Promise<void> {
  if ((await syncDisk(root)) !== "done") {
    await using hand = openMirrorHand();
    const strides = hand.strides("flushTree", { root });
    while (!signal.aborted && !(await strides.next()).done);
  }
  if (signal.aborted) throw new Cancelled();
}
