/**
 * The driver `mirror`: a folder of this host copied to another, and kept equal to it until it is
 * told to complete.
 *
 * After a pass that found nothing to do the job is `ready`; `complete` ends it after a pass that was
 * begun later and found nothing, and commit then switches the link `pivot`, if there is one, to the
 * target in one step. docs/mirror.md tells what it keeps, and what it leaves.
 */
import type { Driver } from "../../actors/driver.ts";
import { commit } from "./commit.ts";
import { abort, clean } from "./leave.ts";
import type { MirrorArgs } from "./places.ts";
import { prepare } from "./prepare.ts";
import { run } from "./run.ts";

export const mirror: Driver<MirrorArgs> = {
  type: "mirror",
  description: "copies a folder and keeps the copy equal to it, until it is completed",
  place: "host",
  recover: "resume",
  ready: true,
  softCancel: true,
  args: {
    type: "object",
    required: ["from", "to"],
    additionalProperties: false,
    properties: {
      from: { type: "string", minLength: 1, format: "path", description: "the folder to mirror" },
      to: {
        type: "string",
        minLength: 1,
        format: "path",
        description: "what the mirror is to be called",
      },
      pivot: {
        type: "string",
        minLength: 1,
        format: "path",
        description: "the link that is switched to the mirror at the end",
      },
    },
  },
  run,
  prepare,
  commit,
  abort,
  clean,
};
