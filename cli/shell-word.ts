/** Words and how a shell takes them. */

/** A word as a shell takes it for one: in quotes where it has to be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A list of texts, such as argv, as it would be typed; undefined when it is something else. */
export function wordsText(value: unknown): string | undefined {
  const isWords = Array.isArray(value) && value.every((each) => typeof each === "string");
  return isWords ? value.map((each) => shellWord(each)).join(" ") : undefined;
}
