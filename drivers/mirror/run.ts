/**
 * The work of a mirror: makes the target, then pass after pass. It goes on in any process by
 * making passes there: one finds done what was done before.
 */
import { Retryable, type RunningJob } from "../../actors/driver.ts";
import { bytePath } from "../copy/byte-path.ts";
import { takeClaim } from "../copy/claim.ts";
import { insist } from "../copy/insist.ts";
import { Passes } from "./passes.ts";
import { checkedMirror, type MirrorArgs, type MirrorPlaces } from "./places.ts";
import type { Result } from "./result.ts";
import {
  cursorOf,
  expectAbsent,
  freshScratch,
  inodeOf,
  isMade,
  makeTarget,
  type Cursor,
} from "./target.ts";

type Job = RunningJob<MirrorArgs>;

/**
 * In ready a pass is made so often, but no more of this thread is taken than one part in so many.
 */
const restMsMin = 1_000;
const restPerWork = 19;

/** So many passes in a row may find changes where one without is waited for; over 6 s at least. */
const busyPassesMax = 10;
const busyRestMs = 25;

/** Fails with Retryable when the source is never at rest. */
export async function run(job: Job): Promise<Result> {
  const places = await checkedMirror(job.args, job.uid);
  await job.pausePoint();
  await insist(job, () => takeClaim(places, job.uid));
  const cursor = await insist(job, () => begun(job, places));
  await using passes = new Passes(job, places, cursor);
  let { wasReady } = cursor;
  for (let [made, busy] = [1, 0]; ; made += 1) {
    const { completing, softCancelled } = job;
    const { changes, example, cpuMs } = await passes.next();
    if (softCancelled || (completing && changes === 0)) {
      const switched = places.pivot !== null && !job.softCancelled;
      return { bytes: passes.copiedBytes, passes: made, switched };
    }
    const isWaitedFor = completing || !wasReady;
    busy = isWaitedFor && changes > 0 ? busy + 1 : 0;
    if (busy === busyPassesMax) throw notConverging(changes, example);
    if (changes === 0) await job.becomeReady();
    if (changes === 0 && !wasReady) await job.checkpoint({ ...cursor, wasReady: true });
    wasReady ||= changes === 0;
    if (job.completing !== completing || job.softCancelled !== softCancelled) continue;
    await job.sleep(
      busy > 0
        ? Math.min(busyRestMs * 2 ** busy, restMsMin)
        : Math.max(cpuMs * restPerWork, restMsMin),
    );
  }
}

/** The target is there, and the checkpoint knows it. */
async function begun(job: Job, places: MirrorPlaces): Promise<Cursor> {
  const known = cursorOf(job.cursor);
  if (known === null) await expectAbsent(places);
  else if (await isMade(places, known)) return known;
  const from = known?.from ?? inodeOf(bytePath(places.from), "read");
  const made = await makeTarget(await freshScratch(places, job.epoch));
  const cursor = { from, to: made.inode, wasReady: known?.wasReady ?? false };
  await job.checkpoint(cursor);
  await made.place(places.to);
  return cursor;
}

function notConverging(changes: number, example: string): Error {
  const others = changes > 1 ? ` and ${changes - 1} more` : "";
  return new Retryable(
    `not converging: each of ${busyPassesMax} passes found changes, the last one ${example}${others}; ` +
      "let the source rest, then mirror again",
  );
}
