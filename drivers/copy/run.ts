/**
 * The work of a copy: survey the source, then copy stride by stride, with a checkpoint whenever a
 * flush has landed. It goes on from a checkpoint in any process; the source must then still be the
 * one that the first checkpoint names.
 */
import type { Json, RunningJob } from "../../actors/driver.ts";
import { bytePath } from "./byte-path.ts";
import { checkedPlaces } from "./checks.ts";
import { takeClaim } from "./claim.ts";
import { cursorOf, start } from "./cursor.ts";
import type { Cursor } from "./cursor.ts";
import { Flush } from "./flush.ts";
import { openHand } from "./hand.ts";
import type { Hand } from "./hand.ts";
import { IoFault } from "./io-fault.ts";
import { checkPartial, makePartial } from "./partial.ts";
import type { CopyArgs, Places } from "./places.ts";
import type { Survey } from "./survey.ts";
import { surveyed } from "./surveyed.ts";
import type { Position } from "./transfer-state.ts";

/** Few, so that a first checkpoint comes soon also where files are small. */
const strideEntries = 64;

type Job = RunningJob<CopyArgs>;

/** Resolves with `{ bytes, files, hash }`; the hash is the chain over all that was read. */
export async function run(job: Job): Promise<Json> {
  const places = await checkedPlaces(job.args, job.uid);
  const resumed = cursorOf(job.cursor);
  await job.pausePoint();
  await insist(job, () => takeClaim(places, job.uid));
  if (resumed) await checkPartial(places, resumed.inode);
  const inode = resumed?.inode ?? (await insist(job, () => makePartial(places)));
  await using hand = openHand();
  const { from } = places;
  const known = { from, identity: resumed?.identity ?? null };
  const source = await insist(job, () => surveyed(hand, known, () => job.pausePoint()));
  const { identity, bytes: totalBytes } = source;
  const first = resumed ?? { ...start, identity, inode, totalBytes };
  if (!resumed) await job.checkpoint(first);
  const { bytes, files, chain } = await copy(job, { hand, places, source, first });
  return { bytes, files, hash: chain };
}

interface Work {
  readonly hand: Hand;
  readonly places: Places;
  readonly source: Survey;
  readonly first: Cursor;
}

async function copy(job: Job, { hand, places, source, first }: Work): Promise<Position> {
  const [from, partial] = [bytePath(places.from), bytePath(places.partial)];
  const owner = process.geteuid?.() === 0;
  const order = { from, partial, marks: source.marks, owner, strideEntries };
  let reached: Position = first;
  let shownBytes = first.bytes;
  job.progress(shownBytes, source.bytes);
  return insist(job, async () => {
    await using flush = new Flush(partial, reached);
    try {
      const strides = hand.strides("transfer", { ...order, start: reached });
      for (;;) {
        const { done = false, value: stride } = await strides.next();
        const landed = await flush.add(stride, job.speed);
        if (landed) await job.checkpoint({ ...first, ...landed });
        reached = stride.position;
        shownBytes = Math.max(shownBytes, reached.bytes);
        job.progress(shownBytes, source.bytes);
        await job.charge(stride.bytes);
        if (!done) continue;
        await flush.finish();
        return reached;
      }
    } finally {
      reached = flush.durable;
    }
  });
}

/**
 * Does it until it succeeds or the job's error policy says no. To ignore an error would be to make
 * a wrong copy, so `ignore` fails the job as `report` does.
 */
async function insist<T>(job: Job, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof IoFault)) throw error;
      const verdict = await job.ioError(error, error.operation);
      if (verdict === "ignore") throw error;
    }
  }
}
