/**
 * What abort and clean do: removes the partial copy and, last of all, the claim on the target. It
 * may be repeated, and does no harm when there is neither. Nothing else is ever removed on the way
 * out: a target that is replaced is moved in commit only, and commit and abort are never both
 * called on a job.
 */
import type { Step } from "../../actors/driver.ts";
import { bytePath } from "./byte-path.ts";
import { releaseClaim } from "./claim.ts";
import { placesOf } from "./places.ts";
import type { CopyArgs } from "./places.ts";
import { remove } from "./remove.ts";

export async function leave({ args, uid }: Step<CopyArgs>): Promise<void> {
  const places = placesOf(args, uid);
  if (!places) return;
  await remove(bytePath(places.partial));
  await releaseClaim(places, uid);
}
