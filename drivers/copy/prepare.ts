/**
 * The last chance to fail: reads the partial copy again, against the chain of what was read from the
 * source, and asks of each file whether all of it came to disk. It changes nothing, so it may be
 * repeated, in any process.
 */
import { Cancelled } from "../../actors/driver.ts";
import type { Json, Step } from "../../actors/driver.ts";
import { bytePath } from "./byte-path.ts";
import { checkClaim } from "./claim.ts";
import { checkTarget, checkedPlaces } from "./checks.ts";
import { cursorOf } from "./cursor.ts";
import { openCopyHand, type CopyHand } from "./copy-hand.ts";
import { checkPartial } from "./partial.ts";
import type { CopyArgs } from "./places.ts";
import { strideEntries, surveyed } from "./surveyed.ts";

/** Resolves with `{ inode }`, by which a commit sees that it is done. */
export async function prepare(step: Step<CopyArgs>): Promise<Json> {
  const cursor = cursorOf(step.cursor);
  if (!cursor) throw new Error("expected the checkpoint of a copy, found none");
  const goOn = (): void => {
    if (step.signal.aborted) throw new Cancelled();
  };
  const places = await checkedPlaces(step.args, step.uid);
  await checkPartial(places, cursor.inode);
  await using hand = openCopyHand();
  const { marks, bytes } = await surveyed(hand, { ...cursor, from: places.from }, goOn);
  const sides = { from: bytePath(places.from), partial: bytePath(places.partial) };
  const order = { ...sides, marks, strideEntries };
  const strides = hand.strides("verify", order);
  for (;;) {
    const { done, value } = await strides.next();
    if (done) {
      if (value !== chainOf(step.result)) throw await difference(hand, sides, goOn);
      break;
    }
    step.progress(value, bytes);
    goOn();
  }
  step.progress(bytes, bytes);
  await checkClaim(places, step.uid);
  await checkTarget(step.args, places);
  return { inode: cursor.inode };
}

async function difference(
  hand: CopyHand,
  sides: { readonly from: string; readonly partial: string },
  goOn: () => void,
): Promise<Error> {
  const strides = hand.strides("locate", sides);
  for (;;) {
    const { done, value } = await strides.next();
    if (done) {
      return new Error(
        `verification failed: ${value ?? "a name or a link is not what was copied"}`,
      );
    }
    goOn();
  }
}

function chainOf(result: Json): unknown {
  return Object.assign(Object.create(null) as { hash?: unknown }, result).hash;
}
