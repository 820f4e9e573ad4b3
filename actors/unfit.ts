/** Whether this process can run what it creates: who takes a job has the tags that it requires. */
import { hasTags } from "../bus/tags.ts";
import { refusal, type Refusal } from "../machines/refusal.ts";
import { tagsText, type Tags } from "../machines/tags.ts";
import type { GroupSpec } from "./drafting.ts";
import { whyMalformedGroup } from "./job-spec.ts";
import { whyNotTags } from "./tag-form.ts";

/**
 * Why who has these tags cannot take the jobs of a group; undefined when it can, and where the
 * group itself is malformed: drafting says that.
 */
export function whyUnfit(group: GroupSpec, tags: Tags): Refusal | undefined {
  if (whyMalformedGroup(group) !== undefined) return undefined;
  for (const [index, { id, require = {} }] of group.jobs.entries()) {
    if (whyNotTags(require) !== undefined || hasTags(tags, require)) continue;
    const lacking = Object.entries(require).filter(([name, text]) => tags[name] !== text);
    const which = id === undefined ? `job ${index + 1}` : `job '${id}'`;
    const text = `This process has no ${tagsText(Object.fromEntries(lacking))}, which ${which} requires`;
    return refusal(text, "require", "create");
  }
  return undefined;
}
