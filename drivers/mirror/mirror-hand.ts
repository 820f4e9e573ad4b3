/** The hand of a mirror, and the thread that it works in. */
import { handsFor, type Hand } from "../copy/hand.ts";
import { flushTree } from "./flush-tree.ts";
import { follow } from "./follow.ts";
import { measure } from "./measure.ts";

const passes = { flushTree, follow, measure };

export type MirrorHand = Hand<typeof passes>;

export const openMirrorHand = handsFor(import.meta.url, passes);
