/** A survey by the hand, with a pause after each stride. */
import { bytePath } from "./byte-path.ts";
import type { CopyHand } from "./copy-hand.ts";
import type { Survey } from "./survey.ts";

export const strideEntries = 256;

/** Throws when the source is not the one of `identity`; null: there was no survey before. */
export async function surveyed(
  hand: CopyHand,
  source: { readonly from: string; readonly identity: string | null },
  pause: () => Promise<void> | void,
): Promise<Survey> {
  const strides = hand.strides("survey", { from: bytePath(source.from), strideEntries });
  for (;;) {
    const { done, value } = await strides.next();
    if (!done) {
      await pause();
      continue;
    }
    if (source.identity === null || source.identity === value.identity) return value;
    const at = JSON.stringify(source.from);
    throw new Error(
      `the source ${at} changed since the job started; it must stay as it is until the end`,
    );
  }
}
