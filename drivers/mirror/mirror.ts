/**
 * The driver `mirror`: a folder of this host copied to another, and kept equal to it until it is
 * told to complete.
 *
 * It makes passes: each walks both folders and makes the target what the source is. After a pass
 * that found nothing to do the job is `ready`, and a pass is made about every second. `complete`
 * ends it after a pass that was begun later and found nothing; commit then switches the link
 * `pivot`, if there is one, to the target in one step. A soft cancel ends it after one more pass
 * and switches nothing. A source that is never at rest fails the job as not converging.
 *
 * The target must not exist: the job makes it, one job at a time (`<to>.copying` names it), and
 * removes it again when it is cancelled by force or fails. Everything in it is made beside it and
 * moved into place, so that who reads the target sees a file whole, as it was or as it is. What
 * anybody else writes there is undone by the next pass.
 *
 * A file counts as changed by its size, its time and, within the life of a process, its inode. Kept
 * and refused is what `copy` keeps and refuses. The file system of the target must keep times
 * to the microsecond.
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
