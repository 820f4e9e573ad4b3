/**
 * The work of a copy: survey the source, then copy stride by stride, with a checkpoint whenever a
 * flush has landed; at its end all is on disk. After a flush that failed it begins anew. It goes on
 * from a checkpoint in any process; the source must then still be the one that the first checkpoint
 * names.
 */
import type { Json, RunningJob } from "../../actors/driver.ts";
import { bytePath } from "./byte-path.ts";
import { checkedPlaces } from "./checks.ts";
import { takeClaim } from "./claim.ts";
import { cursorOf, start } from "./cursor.ts";
import type { Cursor } from "./cursor.ts";
import { Flush } from "./flush.ts";
import { openCopyHand, type CopyHand } from "./copy-hand.ts";
import { insist } from "./insist.ts";
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
  await using hand = openCopyHand();
  const known = { from: places.from, identity: resumed?.identity ?? null };
  const source = await insist(job, () => surveyed(hand, known, () => job.pausePoint()));
  const { bytes, files, chain } = await copy(job, { hand, places, source, resumed });
  return { bytes, files, hash: chain };
}

interface Work {
  readonly hand: CopyHand;
  readonly places: Places;
  readonly source: Survey;
  readonly resumed: Cursor | null;
}

async function copy(job: Job, { hand, places, source, resumed }: Work): Promise<Position> {
  const [from, partial] = [bytePath(places.from), bytePath(places.partial)];
  const owner = process.geteuid?.() === 0;
  const order = { from, partial, marks: source.marks, owner, strideEntries };
  let cursor = resumed;
  let shownBytes = cursor?.bytes ?? 0;
  job.progress(shownBytes, source.bytes);
  return insist(job, async () => {
    cursor ??= await begun(job, places, source);
    const flush = new Flush(partial, cursor);
    let reached: Position = cursor;
    const keep = async (landed: Position | undefined): Promise<void> => {
      if (landed && cursor) await job.checkpoint((cursor = { ...cursor, ...landed }));
    };
    try {
      const strides = hand.strides("transfer", { ...order, start: reached });
      for (;;) {
        const { done = false, value: stride } = await strides.next();
        await keep(await flush.add(stride, job.speed));
        reached = stride.position;
        shownBytes = Math.max(shownBytes, reached.bytes);
        job.progress(shownBytes, source.bytes);
        await job.charge(stride.bytes);
        if (!done) continue;
        await keep(await flush.finish());
        return reached;
      }
    } finally {
      await flush.stop();
      cursor = flush.hasFailed ? null : { ...cursor, ...flush.durable };
      if (!cursor) await job.checkpoint(null);
    }
  });
}

/** A new partial copy, and the checkpoint that names it. */
async function begun(job: Job, places: Places, source: Survey): Promise<Cursor> {
  const inode = await makePartial(places);
  const { identity, bytes: totalBytes } = source;
  const cursor = { ...start, identity, inode, totalBytes };
  await job.checkpoint(cursor);
  return cursor;
}
