/**
 * The switch-over: the link that prepare made is moved over the pivot. That it is not there any
 * more says that this was done, unless the pivot still is the one that prepare saw: then the link
 * was lost, and is made again.
 *
 * So a commit may be repeated, and one that comes late takes back nothing that others have switched
 * since: it finds no link, and another pivot. Nor does it make a link once the job has given back
 * its claim.
 */
import { rename, symlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { Json, Step } from "../../actors/driver.ts";
import { bytePath } from "../copy/byte-path.ts";
import { checkClaim } from "../copy/claim.ts";
import { flushPath } from "../copy/flush-path.ts";
import { inodeAt } from "../copy/inode.ts";
import { codeOf } from "../copy/io-fault.ts";
import { isSwitched, linkText, placesOf, type MirrorArgs } from "./places.ts";
import type { Prepared } from "./prepare.ts";

export async function commit(step: Step<MirrorArgs>): Promise<void> {
  const places = placesOf(step.args, step.uid);
  const pivot = places?.pivot;
  if (!pivot || !isSwitched(step.result)) return;
  const leadsTo = await linkText(pivot.path);
  step.signal.throwIfAborted();
  try {
    await rename(pivot.link, pivot.path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    const isLost = leadsTo !== places.to && (await inodeAt(pivot.path)) === pivotBefore(step);
    if (isLost) {
      await checkClaim(places, step.uid);
      await symlink(places.to, pivot.link);
      await rename(pivot.link, pivot.path);
    }
  }
  await flushPath(bytePath(dirname(pivot.path)));
}

/** Undefined when there was none. */
function pivotBefore({ prepared }: { readonly prepared: Json }): string | undefined {
  return (prepared as Prepared | null)?.pivot ?? undefined;
}
