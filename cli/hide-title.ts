/**
 * What `ps` shows of this process to everybody on this machine: passwords and tokens in a bus URL
 * are taken out of its words as soon as it runs. They are there for a moment; a context, a file or
 * the environment never are.
 */
import { shownWord } from "./shown-word.ts";

/** `words`: those after the program. Does nothing where there is nothing to hide. */
export function hideTitle(words: readonly string[]): void {
  const shown = words.map(shownWord);
  if (shown.every((word, index) => word === words[index])) return;
  process.title = ["jobchart", ...shown].join(" ");
}
