/** Tags: who has those that are required. */
import type { Tags } from "./bus.ts";

/** Whether `tags` have all that are required, each with that text. */
export function hasTags(tags: Tags, required: Tags): boolean {
  return Object.entries(required).every(([name, text]) => tags[name] === text);
}
