/**
 * The places of a copy, all made from the arguments and the job's uid, so that every callback finds
 * them in any process. Nothing but `partial`, `old`, `claim` and `draft` is ever removed.
 */
import { basename, dirname, isAbsolute, resolve } from "node:path";

export type CopyArgs = {
  readonly from: string;
  readonly to: string;
  readonly overwrite?: boolean;
};

export interface Places {
  readonly from: string;
  readonly to: string;
  /** The folder that the target is made in. */
  readonly parent: string;
  /** What is being copied; it becomes the target by a rename. */
  readonly partial: string;
  /** Where a folder that is overwritten waits for its removal. */
  readonly old: string;
  /** Says which job is copying to the target; the same for all jobs with this target. */
  readonly claim: string;
  /** Where the claim is written before it is put in place. */
  readonly draft: string;
}

/** Undefined when the arguments name no places: a relative path, a NUL byte, or the root folder. */
export function placesOf(args: CopyArgs, uid: string): Places | undefined {
  const isUsable = [args.from, args.to].every((path) => isAbsolute(path) && !path.includes("\0"));
  const to = resolve(args.to);
  if (!isUsable || basename(to) === "") return undefined;
  return {
    from: resolve(args.from),
    to,
    parent: dirname(to),
    partial: `${to}.partial-${uid}`,
    old: `${to}.old-${uid}`,
    claim: `${to}.copying`,
    draft: `${to}.copying-${uid}`,
  };
}
