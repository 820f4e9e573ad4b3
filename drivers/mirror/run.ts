/**
 * The work of a mirror: makes the target, then pass after pass. It goes on in any process by
 * making passes there: one finds done what was done before.
 */
import { Retryable, type RunningJob } from "../../actors/driver.ts";
import { takeClaim } from "../copy/claim.ts";
import { inodeAt } from "../copy/inode.ts";
import { insist } from "../copy/insist.ts";
import type { Passed } from "./pass.ts";
import { Passes } from "./passes.ts";
import { checkedMirror, type MirrorArgs, type MirrorPlaces, type Result } from "./places.ts";
import { cursorOf, expectAbsent, freshScratch, isMade, makeTarget, type Cursor } from "./target.ts";

type Job = RunningJob<MirrorArgs>;

/** A pass is made so often, but no more of this thread is taken than one part in so many. */
const restMsMin = 1_000;
const restPerWork = 19;

/**
 * Where a pass without changes is waited for, so many in a row come sooner, over 6 s at least. So
 * many may find changes once the job is to complete.
 */
const busyPassesMax = 10;
const busyRestMs = 25;

/** Fails with Retryable, and leaves the target, when the source is never at rest at the end. */
export async function run(job: Job): Promise<Result> {
  const places = await checkedMirror(job.args, job.uid);
  await job.pausePoint();
  await insist(job, () => takeClaim(places, job.uid));
  const cursor = await insist(job, () => begun(job, places));
  await using passes = new Passes(job, places, cursor);
  let isReady = false;
  for (let [made, busy] = [1, 0]; ; made += 1) {
    const { completing, softCancelled } = job;
    const pass = await passes.next();
    const isEqual = pass.changes === 0;
    if (softCancelled || (completing && isEqual)) {
      const switched = places.pivot !== null && !job.softCancelled;
      return { bytes: passes.copiedBytes, passes: made, switched };
    }
    busy = isEqual || (isReady && !completing) ? 0 : busy + 1;
    if (completing && busy >= busyPassesMax) {
      await job.checkpoint({ ...cursor, isKept: true });
      const advice = `${JSON.stringify(places.to)} is kept as it is, and nothing was switched`;
      throw new Retryable(`${notConverging(pass)}; ${advice}`);
    }
    if (busy === busyPassesMax) job.output(`${notConverging(pass)}; the job goes on following\n`);
    if (isEqual) await job.becomeReady();
    isReady ||= isEqual;
    if (job.completing !== completing || job.softCancelled !== softCancelled) continue;
    const isSoon = busy > 0 && busy < busyPassesMax;
    await job.sleep(
      isSoon
        ? Math.min(busyRestMs * 2 ** busy, restMsMin)
        : Math.max(pass.cpuMs * restPerWork, restMsMin),
    );
  }
}

/** The target is there, and the checkpoint knows it. */
async function begun(job: Job, places: MirrorPlaces): Promise<Cursor> {
  const known = cursorOf(job.cursor);
  if (known === null) await expectAbsent(places);
  else if (await isMade(places, known)) return known;
  const from = known?.from ?? (await inodeAt(places.from)) ?? "";
  const made = await makeTarget(await freshScratch(places, job.epoch));
  const cursor = { from, to: made.inode, isKept: false };
  await job.checkpoint(cursor);
  await made.place(places.to);
  return cursor;
}

function notConverging({ changes, example }: Passed): string {
  const others = changes > 1 ? ` and ${changes - 1} more` : "";
  return `not converging: each of ${busyPassesMax} passes found changes, the last one ${example}${others}`;
}
