/** What this process has, by its options `--tag NAME=TEXT`. */
import { whyNotTags } from "../actors/tag-form.ts";
import type { Tags } from "../machines/tags.ts";
import type { Call } from "./call.ts";
import { textAssignments } from "./job-arguments.ts";
import { UsageError } from "./usage-error.ts";

/** None when none is given. Fails with UsageError when one is malformed. */
export function tagsOf(call: Call): Tags {
  const tags = textAssignments(call.texts("tag"), "--tag");
  const why = whyNotTags(tags);
  if (why === undefined) return tags;
  throw new UsageError(`--tag: ${why}`);
}
