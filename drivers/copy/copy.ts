/**
 * The driver `copy`: a file or a tree, from one place of this host to another, all or nothing.
 *
 * It copies into `<to>.partial-<uid>` and brings that to disk (run), verifies it (prepare), and renames
 * it to `<to>` (commit). Kept: data and holes, names of any bytes, links as links, empty folders, modes,
 * times to the microsecond, and owners when root. Not kept: hard links between files, access
 * control lists and extended attributes. Devices, sockets and fifos are refused by name. A `from`
 * that is a link itself stands for what it points at.
 *
 * One job at a time copies to a target: `<to>.copying` names it from run to clean, and a second one
 * fails in run. Targets inside one another (`a` and `a/b`) are not held apart.
 *
 * The source must not change until the copy is verified; a change fails the job.
 */
import type { Driver } from "../../actors/driver.ts";
import { commit } from "./commit.ts";
import { leave } from "./leave.ts";
import type { CopyArgs } from "./places.ts";
import { prepare } from "./prepare.ts";
import { run } from "./run.ts";

export const copy: Driver<CopyArgs> = {
  type: "copy",
  description: "copies a file or a folder, verifies the copy, and puts it in place in one step",
  place: "host",
  recover: "resume",
  args: {
    type: "object",
    required: ["from", "to"],
    additionalProperties: false,
    properties: {
      from: {
        type: "string",
        minLength: 1,
        format: "path",
        description: "the file or folder to copy",
      },
      to: {
        type: "string",
        minLength: 1,
        format: "path",
        description: "what the copy is to be called",
      },
      overwrite: { type: "boolean", description: "replace the target if it exists" },
    },
  },
  run,
  prepare,
  commit,
  abort: leave,
  clean: leave,
};
