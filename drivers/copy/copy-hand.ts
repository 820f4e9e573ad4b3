/** The hand of a copy, and the thread that it works in. */
import { flushPaths } from "./flush-path.ts";
import { handsFor, type Hand } from "./hand.ts";
import { locate } from "./locate.ts";
import { survey } from "./survey.ts";
import { transfer } from "./transfer.ts";
import { verify } from "./verify.ts";

const passes = { survey, transfer, verify, locate, flushPaths };

export type CopyHand = Hand<typeof passes>;

export const openCopyHand = handsFor(import.meta.url, passes);
