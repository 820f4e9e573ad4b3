/**
 * The form of tags: names and texts that may stand in a subject, in a key of the bus and on a
 * command line, unquoted.
 */

const tagsMax = 16;
const word = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const wordText = "a letter or digit, then up to 62 letters, digits, '.', '_', '-'";

/** The first thing that is wrong with tags; undefined when they are well-formed. */
export function whyNotTags(tags: unknown): string | undefined {
  if (typeof tags !== "object" || tags === null || Array.isArray(tags)) {
    return "expected an object of names and texts";
  }
  const all = Object.entries(tags) as readonly (readonly [string, unknown])[];
  if (all.length > tagsMax) return `expected at most ${tagsMax} tags, found ${all.length}`;
  for (const [name, text] of all) {
    if (!word.test(name)) return `expected a name: ${wordText}; found '${name}'`;
    if (typeof text !== "string") return `expected a text for '${name}'`;
    if (!word.test(text)) return `expected for '${name}' ${wordText}; found '${text}'`;
  }
  return undefined;
}
