/** The hand of a mirror, and the thread that it works in. */
import { flushTree } from "../copy/flush-path.ts";
import { handsFor, type Hand } from "../copy/hand.ts";
import { follow } from "./follow.ts";

const passes = { flushTree, follow };

export type MirrorHand = Hand<typeof passes>;

export const openMirrorHand = handsFor(import.meta.url, passes);
