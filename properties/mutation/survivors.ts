/**
 * The survivors: mutants that no killer can tell from the code, each with the reason why nobody
 * could. DESIGN.md has the same list. One that is killed after all does not belong here, and the
 * gate fails on it as on one that is not argued.
 */
export const survivorsMax = 5;

/** By the site's id. */
export const survivors: Readonly<Record<string, string>> = {
  "charts.ts:stepJob: jobHears.get(job.status)?.has(event.verb) !== true → false":
    "a short cut: XState, asked about a word that the status has no edge for, changes nothing either",
  "charts.ts:stepGroup: groupHears.get(before.value)?.has(event.type) !== true → false":
    "the same short cut for the group's statechart",
  "cascade.ts:create: created === undefined → false":
    "an assertion: a blank job hears a creation, and nothing else; without it the next line throws",
};
